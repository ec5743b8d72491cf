"""What surrounds a name: rows of like blocks, units without asides, who a pronoun is, words before an office. No model is needed."""

import pytest

from pipeline.match.context import Row, naming, plain_units, with_people
from pipeline.match.items import Item, Sentence, Unit
from pipeline.match.offices import _was
from pipeline.match.pairs import FAR_SHOW, Candidate, shows_meant
from pipeline.match.scope import Scope
from pipeline.match.second import credit_features
from pipeline.match.sentences import _anaphor, seasons_of
from pipeline.records import Block, Token
from pipeline.tag.layout import heads
from pipeline.tag.spans import untitled
from pipeline.weights import shares, weights


def block(text: str) -> Block:
    words = text.split()
    return Block(tuple(Token(w, 10 * i, 10 * i + len(w)) for i, w in enumerate(words)), 0, len(text))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # three titles above each other, each with its channel: a row, whatever their words
        (["Gate ( HBO )", "Hill ( AMC )", "The Long Road ( NBC )"], [["Gate"], ["Hill"], ["The", "Long", "Road"]]),
        # two are none
        (["Gate ( HBO )", "Hill ( AMC )"], []),
        # a line of what the item is about may stand between
        (["Gate - starts today", "It is about a gate and its keeper", "Hill - starts today", "Road - starts today"], [["Gate"], ["Hill"], ["Road"]]),
        # bullets make one row, whatever sign ends the head
        (["• Gate - July 2", "• Hill , season two", "• 7 - July 9"], [["Gate"], ["Hill"], ["7"]]),
        # a comma inside a title with brackets behind: the brackets count
        (["Leeds , Hull ( A )", "Gate ( B )", "Hill ( C )"], [["Leeds", ",", "Hull"], ["Gate"], ["Hill"]]),
        # sentences are no heads
        (["the show , again", "it was , then", "he said , so"], []),
    ],
)
def test_rows_of_like_blocks(texts: list[str], expected: list[list[str]]) -> None:
    blocks = [block(t) for t in texts]
    assert [[t.text for t in blocks[n].tokens[h.first : h.last]] for n, h in sorted(heads(blocks).items())] == expected


def units(pattern: str) -> list[Unit]:
    """"P ( S ) and S" -> units; the key of a name is its kind with its place."""
    return [Unit(w if w in ("P", "S", "C", "X", "R", "V") else "Q" if w in ("he", "she", "they", "pair") else "W", i, i + 1, w.lower(), f"{w}{i}" if w in ("P", "S", "C", "X") else "") for i, w in enumerate(pattern.split())]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("P ( S ) and P ( C 's S ) V", "p and p v"),  # earlier work in brackets
        ("S ( C ) , S ( C )", "s , s"),  # channels in brackets
        ("X ( P ) , X ( P )", "x ( p ) , x ( p )"),  # who plays whom stays
        ("P ( R of S ) V", "p ( r of s ) v"),  # a role told in brackets stays
        ("V S and S 's P", "v p"),  # known from S, not meant by V
        ("V C 's P and P", "v p and p"),  # of a company
        ("C 's S V", "c 's s v"),  # the channel's show stays
    ],
)
def test_what_is_told_of_a_name_on_its_way_is_passed_over(told: str, left: str) -> None:
    assert " ".join(u.word for u in plain_units(units(told))) == left


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("P V A", "anaphor"),  # "Jane Doe directs the series"
        ("P V A S", "named"),  # "Jane Doe directs the series Gate": the word only says what Gate is
        ("P V A of S", "anaphor"),
        ("P V", "bare"),
    ],
)
def test_how_a_sentence_names_its_show(text: str, how: str) -> None:
    assert naming([Unit("A", 0, 1, "a") if w == "A" else u for w, u in zip(text.split(), units(text), strict=True)]) == how


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("HBO 's untitled Jane Doe drama", ["untitled Jane Doe drama"]),
        ("ABC orders Untitled Doe & Roe Project for fall", ["Untitled Doe & Roe Project"]),
        ("an untitled comedy from Jane Doe", []),  # about nobody
        ("three untitled Star Wars films", []),  # several
        ("with Untitled Entertainment and CAA", []),  # a company
        ("the untitled Jane Doe -- directed thriller", []),  # what she does, not what it is called
    ],
)
def test_projects_without_a_title(text: str, named: list[str]) -> None:
    tokens = block(text).tokens
    assert [" ".join(t.text for t in tokens[a:b]) for a, b in untitled(tokens)] == named


@pytest.mark.parametrize(
    ("text", "who", "keys"),
    [
        ("she V S", ["ann"], ["ann"]),
        ("her credits include S", ["ann"], ["ann"]),
        ("they V S", ["ann", "bo"], ["ann", "bo"]),
        ("she V S", ["ann", "bo"], []),  # one is meant, nobody can say which
        ("they V S", ["ann"], []),
        ("C V her S", ["ann"], []),  # inside a sentence "her" may be anybody's
        ("she V S", [], []),
        ("the pair V S", ["ann", "bo"], ["ann", "bo"]),
    ],
)
def test_pronouns_are_the_last_sentences_people(text: str, who: list[str], keys: list[str]) -> None:
    assert [u.key for u in with_people(units(text), who, who) if u.kind == "P"] == keys


def test_options_share_what_none_of_them_leaves() -> None:
    (alone,), twins = shares(weights("credits"), [[{"rule"}], [{"rule"}, {"rule"}]])
    assert twins[0] == twins[1] < alone < 1


def test_fellows_of_a_list_and_the_rest_of_the_sentence_speak_for_a_credit() -> None:
    row = Row(Sentence(0, [], 0, 20), units("P , P R of S"))

    def group(person: int, number: int) -> list[Candidate]:
        return [Candidate((f"P{person}", "Actor", show), {"how:R", "word:star"}, row, (0, 1), 3, person, number) for show in ("S5", "main")]

    features = credit_features([group(0, 1), group(2, 2)], [[0.6, 0.1], [0.02, 0.7]])
    first, second = features[0]  # the first person's candidates: the show of the sentence, the main show
    assert "best" in first and "not-best" in second
    assert "fellows>0.01" in first and "fellows>0.03" not in first  # the other person is hardly meant of it
    assert "fellows>0.7" in second
    assert "how:R" in first and "word:star" not in first


@pytest.mark.parametrize(
    ("text", "seasons", "episodes"),
    [
        ("renewed for a third season of ten episodes", ((4, "3"),), "10"),
        # several, each where it stands
        ("season nine aired beside the inaugural season", ((0, "9"), (6, "1")), ""),
        # an ordinal before a quotation mark counts what is quoted, no season
        ('the first " farewell season " promo', (), ""),
    ],
)
def test_seasons_of_a_sentence(text: str, seasons: tuple[tuple[int, str], ...], episodes: str) -> None:
    assert seasons_of([Item("W", i, i + 1, w) for i, w in enumerate(text.split())]) == (seasons, episodes)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Lee/P was/VBD most recently president/R", {"was", "was:was"}),
        ("Lee/P previously served/VBD as president/R", {"was", "was:served", "was:previously"}),
        ("Lee/P was/VBD named/VBN president/R", set()),  # what was done to her is not what she was
        ("Lee/P is/VBZ president/R", set()),
        ("Lee/P was/VBD there . the president/R", set()),  # another sentence's verb
    ],
)
def test_words_right_before_an_office_tell_that_it_is_over(words: str, told: set[str]) -> None:
    row = []
    for n, word in enumerate(words.split()):
        text, _, tag = word.partition("/")
        row.append(Unit(tag if tag in ("P", "R") else "W", n, n + 1, text.lower(), tag=tag))
    assert _was(row, len(row) - 1) == told


def test_of_an_endless_list_only_the_shows_near_a_credit_are_meant() -> None:
    row = Row(Sentence(0, [], 0, 1), units(" ; ".join(["S V P"] * 400)))
    row.shows = [i for i, u in enumerate(row.units) if u.kind == "S"]
    row.lists = {i: [i] for i in row.shows}
    a, p = (next(i for i in range(800, 810) if row.units[i].kind == kind) for kind in "VP")
    meant = [int(show.removeprefix("S")) for show, *_ in shows_meant(row, 0, a, p, Scope({}, ""))]
    assert row.shows[0] not in meant and meant == [i for i in row.shows if a - FAR_SHOW <= i <= p + FAR_SHOW]


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("the spinoff .", 2),
        ("the spin - off .", 4),  # as the tokenizer cuts it
        ("the half - hour will", 4),
        ("the far - off coast", 0),  # no word for a show
    ],
)
def test_words_that_point_back_to_a_show(words: str, end: int) -> None:
    low = words.split()
    assert _anaphor(low, ["X"] * len(low), 1) == end
