"""What kind of show or company something is: what speaks for it; no model is needed."""

import pytest

from pipeline.heard import Heard
from pipeline.kinds import kind_features, kind_of
from pipeline.records import Mention


def mention(kind: str, name: str, text: str) -> Mention:
    start = text.index(name)
    return Mention(kind, name, start, start + len(name), f"{kind}:{name.lower()}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The film Blue Door opens in May.", "film"),  # the word before it
        ("The podcast Blue Door has ended.", "podcast"),
    ],
)
def test_the_words_beside_a_show_tell_its_kind(text: str, kind: str) -> None:
    assert kind_of("show", "Blue Door", [mention("show", "Blue Door", text)], text, Heard()) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Netflix", "streamer"),  # known by name
        ("Apple\nTV+", "streamer"),  # where a line ends changes nothing
        ("Tall Oak Pictures", "production company"),  # its last word
        ("Harbour Light Distribution", "distributor"),
        ("Quillfeather", "production company"),  # neither: most such companies make programmes
    ],
)
def test_the_name_of_a_company_tells_its_kind(name: str, kind: str) -> None:
    assert kind_of("company", name, [mention("company", name, name)], name, Heard()) == kind


def test_no_kind_is_told_of_a_person() -> None:
    assert kind_of("person", "Ann Lee", [], "", Heard()) == ""


def test_what_was_not_heard_is_no_feature() -> None:
    text = "The film Blue Door opens in May."
    features = kind_features("show", "Blue Door", [mention("show", "Blue Door", text)], text, Heard())
    assert "words:film" in features and not any(f.startswith("heard") for f in features)
