"""Odd texts and small ones: no crash, offsets that hold, and facts that a reader would see at once."""

import pytest

from pipeline import extract
from pipeline.records import Facts
from pipeline.vocabulary import famous_titles, fold_title

#: Texts that break naive code: lone quotes and brackets, controls, zero-width signs, a lone surrogate, no person at all.
ODD = ["a\0b HBO has renewed Blue Door.", "“", "((((", "\u200bHBO\u200b’s “Blue Door” ", "—", "'", "1883", "HBO'", "A" * 5000, "(Ann Lee) (", "HBO’s ", "\ud800 HBO", "HBO has renewed the drama Blue Door."]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_give_true_offsets(text: str) -> None:
    for m in extract(text, published="2024-01-01").mentions:
        assert text[m.start : m.end] == m.text


def credits(facts: Facts) -> set[tuple[str, str, str]]:
    names = {e.key: e.name for e in facts.entities}
    return {(names[r.person], r.role, names[r.show or r.company]) for r in facts.roles}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # coordination is spread out
        ("Ann Lee and Bob Roe created the drama “Blue Door.”", {("Ann Lee", "Creator", "Blue Door"), ("Bob Roe", "Creator", "Blue Door")}),
        # verbs in a row share subject and object
        ("Ann Lee wrote and directed the film “Blue Door.”", {("Ann Lee", "Writer", "Blue Door"), ("Ann Lee", "Director", "Blue Door")}),
        # the passive, and a surname that points back
        ("“Blue Door” was created by Ann Lee. Lee is the showrunner.", {("Ann Lee", "Creator", "Blue Door"), ("Ann Lee", "Showrunner", "Blue Door")}),
        # a relation to a company, not to a show
        ("Ann Lee is repped by CAA and WME.", {("Ann Lee", "Client", "CAA"), ("Ann Lee", "Client", "WME")}),
        ("“We are happy,” said Ann Lee, president of NBC Entertainment.", {("Ann Lee", "Executive", "NBC Entertainment")}),
        # a show in brackets after a name is no credit on the show of the sentence, nor a credit at all
        ("“Blue Door” stars Ann Lee (“The Dig”) as Kay.", {("Ann Lee", "Actor", "Blue Door")}),
    ],
)
def test_credits(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert credits(extract(text, published="2024-01-01")) == expected


@pytest.mark.parametrize(
    ("sentence", "person", "character"),
    [
        # the part follows later in the clause
        ("Maya Tindall stars in the series as Molly Parrish, who has just finalized her divorce.", "Maya Tindall", "Molly Parrish"),
        ("LaMonica Gorse is his partner, Thomas.", "LaMonica Gorse", "Thomas"),
        # the words for a part tell it too
        ("Maya Tindall reprises the role of Molly Parrish in the series.", "Maya Tindall", "Molly Parrish"),
        # as many parts as people
        ("Maya Tindall and Owen Brack star as Molly and Hugh Parrish.", "Owen Brack", "Hugh Parrish"),
        # who owns the part's owner is not the part
        ("Nick Egan appears as Cassie’s dad, Martin.", "Nick Egan", "Martin"),
        # another person's part, in the next clause
        ("Nora Field stars in the series, and Tom Reed appears as Father Keane.", "Nora Field", ""),
        # the next of the list is no part of the last
        ("Joining the cast are Nora Field, Regina Low as Molly Palm, Alex Siddon as Ned Reed and Al Kim as Abu Fay.", "Regina Low", "Molly Palm"),
    ],
)
def test_parts(sentence: str, person: str, character: str) -> None:
    facts = extract(f"NBC has renewed the comedy Loot Bag for a second season. {sentence}", published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {r.character for r in facts.roles if (names[r.person], r.role) == (person, "Actor")} == {character}


@pytest.mark.parametrize(
    ("text", "names", "others"),
    [
        # signs under which shares are listed name nobody
        ("Lantern Media (NASDAQ: LNTA, LNTB, LNTK) has ordered the drama “Blue Door.”", {"Lantern Media", "Blue Door"}, {"LNTA", "LNTB", "LNTK"}),
        # a title ends before its season, in whatever form that is told
        ("HBO has renewed the drama Ember Street Season 3.", {"Ember Street"}, {"Ember Street Season 3"}),
        ("“Loki” S2 streams on Disney+.", {"Loki"}, {"Loki S2"}),
        # the apostrophe of an owner in s opens no quotation
        ("The film is produced by Harbor Pictures’ Ann Lee.", {"Harbor Pictures", "Ann Lee"}, {"Harbor Pictures’ Ann Lee"}),
    ],
)
def test_names_end_where_they_end(text: str, names: set[str], others: set[str]) -> None:
    found = {e.name for e in extract(text, published="2024-01-01").entities}
    assert names <= found and found.isdisjoint(others)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("HBO has ordered the drama “Blue Door.”", "ordered"),
        # what is ordered again goes on
        ("HBO has ordered a second season of “Blue Door.”", "renewed"),
        ("HBO has greenlit 16 more episodes of “Blue Door.”", "renewed"),
        # somebody buys something else
        ("“Blue Door” is a drama about a preacher. He buys an old platform.", ""),
        ("Netflix has acquired “Blue Door.”", "acquired"),
    ],
)
def test_events(text: str, event: str) -> None:
    assert {e.event for e in extract(text, published="2024-01-01").events} == ({event} if event else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # several shows of one list
        ("HBO announced on Friday that “Blue Door,” “Ember Street” and “Low Tide” will premiere in May.", {("premiere", "Blue Door"), ("premiere", "Ember Street"), ("premiere", "Low Tide")}),
        ("“Blue Door” will end next month after six seasons on NBC.", {("ended", "Blue Door")}),
        # who comes, and who goes
        ("NBC has hired Ann Lee as head of drama.", {("hired", "Ann Lee")}),
        ("Ann Lee is stepping down as president of NBC.", {("departed", "Ann Lee")}),
        # hoped for or denied
        ("NBC could renew “Blue Door” for a third season.", set()),
        ("NBC has not canceled “Blue Door.”", set()),
    ],
)
def test_events_are_of_their_shows_and_people(text: str, expected: set[tuple[str, str]]) -> None:
    facts = extract(text, published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {(e.event, names[e.show or e.person]) for e in facts.events} == expected


@pytest.mark.parametrize(
    ("text", "event", "show", "season"),
    [
        # of two seasons the one that stands nearest to the show
        ("NBC has renewed “Blue Door” for a third season and canceled “Ember Street” after its first season.", "renewed", "Blue Door", "3"),
        # a start that lies ahead is that of the season for which the show is renewed
        ("January 2, 2024\n\nNBC has renewed “Blue Door” for a third season. “Blue Door” will premiere on June 3.", "premiere", "Blue Door", "3"),
    ],
)
def test_season_of_an_event(text: str, event: str, show: str, season: str) -> None:
    facts = extract(text)
    names = {e.key: e.name for e in facts.entities}
    assert {e.season for e in facts.events if (e.event, names[e.show]) == (event, show)} == {season}


def test_a_slate_is_at_home_at_the_channel_of_the_article() -> None:
    text = "HBO unveiled its fall slate today.\n\nHBO’s new dramas are “Blue Door” and “Ember Street.”\n\nReturning are “Low Tide” and “The Gate,” HBO said."
    facts = extract(text, published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {(names[s.show], s.relation, names[s.company]) for s in facts.show_companies} == {(t, "network", "HBO") for t in ("Blue Door", "Ember Street", "Low Tide", "The Gate")}


@pytest.mark.parametrize(
    ("text", "ties"),
    [
        # the work is called as the show is
        ("NBC has ordered “Blue Door,” adapted from Ann Lee’s memoir of the same name.", {("Blue Door", "based_on", "Blue Door")}),
        # "based on" without a word for a work is no tie
        ("NBC has ordered “Blue Door,” based on Ann Lee’s experience of a flood.", set()),
        ("“Ember Street” gave rise to “Low Tide” and “The Gate.”", {("Low Tide", "spinoff_of", "Ember Street"), ("The Gate", "spinoff_of", "Ember Street")}),
        ("“Ember Street” gave rise to the spinoffs “Low Tide” and “The Gate.”", {("Low Tide", "spinoff_of", "Ember Street"), ("The Gate", "spinoff_of", "Ember Street")}),
        ("The drama “Ember Street” has been remade in Mexico as “Calle Brasa.”", {("Calle Brasa", "remake_of", "Ember Street")}),
        # told of the show before it, by a comma or a verb
        ("NBC has ordered “Blue Door,” a remake of the Danish drama “Ember Street.”", {("Blue Door", "remake_of", "Ember Street")}),
        ("“Blue Door” is a spinoff of “Ember Street.”", {("Blue Door", "spinoff_of", "Ember Street")}),
        # named after the word; several after a plural
        ("“Ember Street” has spawned a sequel, “Low Tide.”", {("Low Tide", "sequel_to", "Ember Street")}),
        ("HBO has two “Ember Street” spinoffs: “Blue Door” and “Low Tide.”", {("Blue Door", "spinoff_of", "Ember Street"), ("Low Tide", "spinoff_of", "Ember Street")}),
        # a reboot without a name keeps the title
        ("NBC has ordered a reboot of “Ember Street.”", {("Ember Street", "remake_of", "Ember Street")}),
        # the source's title where it is told, none where it is not; a programme as the source makes a remake
        ("HBO has ordered “Blue Door,” based on the novel The Tin Harbor by Ann Lee.", {("Blue Door", "based_on", "The Tin Harbor")}),
        ("HBO has ordered “Blue Door,” from Ann Lee’s memoir.", {("Blue Door", "based_on", "")}),
        ("HBO has ordered “Blue Door,” based on the Korean series “Ember Street.”", {("Blue Door", "remake_of", "Ember Street")}),
        ("Based on the bestselling novel by Ann Lee, “Blue Door” follows two sisters.", {("Blue Door", "based_on", "")}),
        # words that the tokenizer cuts at their hyphens
        ("NBC has ordered “Harbor Lab,” a follow-up to “Hotline Bay.”", {("Harbor Lab", "sequel_to", "Hotline Bay")}),
        ("ITV has commissioned “Bay Rangers,” a spin-off of “Sea Patrol.”", {("Bay Rangers", "spinoff_of", "Sea Patrol")}),
        # of the two that stand side by side the one comes of the other, whatever the article is about
        ("ABC has renewed “Night Bay.”\n\nThe director is known for Fox’s “Empire Road” and its sequel, “Empire Road West.”", {("Empire Road West", "sequel_to", "Empire Road")}),
        # a programme that is called as the work that it is made of
        ("HBO has landed the rights to “Blue Door,” the debut novel by Ann Lee, for a series.", {("Blue Door", "based_on", "Blue Door")}),
        ("ABC has renewed “Night Bay.” Ann Lee, its creator, is also adapting Bo Sand’s novel “Blue Door” for HBO.", set()),  # nothing of "Night Bay"
    ],
)
def test_ties_between_works(text: str, ties: set[tuple[str, str, str]]) -> None:
    facts = extract(text, published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {(names[x.show], x.relation, x.other_name) for x in facts.show_links} == ties


def test_two_companies_side_by_side_are_two() -> None:
    facts = extract("Ann Lee starred in NBC/DirecTV’s “Harbor Lab” and in ABC/Netflix’s “Night Bay.”", published="2024-01-01")
    assert {e.name for e in facts.entities if e.kind == "company"} == {"NBC", "DirecTV", "ABC", "Netflix"}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        # whom a sentence names without a company is at the one that the article is about
        ("Lantern Media has shaken up its drama team.\n\nAnn Lee, executive vice president of drama, is leaving the company after ten years.\n\nLantern Media said that the search for a successor has begun.", {("Ann Lee", "Lantern Media")}),
        # an office is held at the company that stands at it, not at the next person's
        ("The panel: Ann Lee, head of drama at HBO; Bo Sand, head of comedy at Netflix.", {("Ann Lee", "HBO"), ("Bo Sand", "Netflix")}),
    ],
)
def test_offices(text: str, held: set[tuple[str, str]]) -> None:
    facts = extract(text, published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {(names[r.person], names[r.company]) for r in facts.roles if r.role == "Executive"} == held


def test_companies_in_brackets_after_a_show_are_its_own() -> None:
    facts = extract("The distributor’s slate:\n\n“Blue Door” (6 x 60’, BBC One, SVT). Ann Lee stars.\n\n“Low Tide” (8 x 45’, ITV). Bo Sand stars.", published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {("Blue Door", "BBC One"), ("Blue Door", "SVT"), ("Low Tide", "ITV")} == {(names[p.show], names[p.company]) for p in facts.show_companies if p.relation == "network"}


def test_and_in_a_known_title_may_be_written_either_way() -> None:
    assert {famous_titles()[fold_title(t)] for t in ("Mr. & Mrs. Smith", "Mr. and Mrs. Smith")} == {"series"}


def test_what_somebody_is_in_a_show_is_a_part() -> None:
    facts = extract("Filming has begun on the ITV drama “Blue Door.” Ann Lee (Low Tide) is Marion Kell, a nurse.", published="2024-01-01")
    names = {e.key: e.name for e in facts.entities}
    assert {(names[r.person], r.character) for r in facts.roles if r.show and r.role == "Actor" and names[r.show] == "Blue Door"} == {("Ann Lee", "Marion Kell")}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        # the second series of the show, under its number
        ("Filming has begun on a second series of “Copper Bay.” “Copper Bay II” is written by Ann Lee.", {"Copper Bay"}),
        # no season is told: another film
        ("The film “Iron Gate II,” which follows “Iron Gate,” opens in November.", {"Iron Gate", "Iron Gate II"}),
    ],
)
def test_a_title_with_the_number_of_its_season_is_the_same_show(text: str, titles: set[str]) -> None:
    assert {e.name for e in extract(text, published="2024-01-01").entities if e.kind == "show"} == titles


@pytest.mark.parametrize(("text", "kind"), [("Blue Door airs in May.", "series"), ("Blue Door, a drama series, airs in May.", "series"), ("Blue Door, a feature film, opens in May.", "film"), ("“Blue Door” opens in theaters in May.", "film")])
def test_the_kind_of_a_show_is_told_by_its_words_and_by_what_the_network_hears(text: str, kind: str) -> None:
    assert [e.subkind for e in extract(text, published="2024-01-01").entities if e.kind == "show"] == [kind]
