"""Which names are one person's; no model is loaded."""

import pytest

from pipeline.records import Mention
from pipeline.resolve import link


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (["Stephen Holt", "Steph Holt", "Holt"], {"Stephen Holt"}),  # a short first name
        (["Will Holt", "Willow Holt"], {"Will Holt", "Willow Holt"}),  # no short form of it
        (["Will Holt", "William Ruiz"], {"Will Holt", "William Ruiz"}),  # another family
        (["Benedict Cumberbatch", "Benedict Cumbrebatch", "Benedict Cumberbatch"], {"Benedict Cumberbatch"}),  # two letters changed about: the spelling that the article keeps to
        (["Maya Thurlow", "Thrulow"], {"Maya Thurlow"}),  # in the surname alone
        (["Ana Ruiz Holt", "Ruiz Holt"], {"Ana Ruiz Holt"}),  # a surname of two words
        (["Christine Holt", "Christina Holt"], {"Christine Holt", "Christina Holt"}),  # two first names that both exist
        (["Mark Holt", "Mark Hole"], {"Mark Holt", "Mark Hole"}),  # short surnames differ by chance
        (["Maya Thurlow", "Marlow"], {"Maya Thurlow", "Marlow"}),  # more than a slip
        (["Daniel Thurlow", "Maya Thurlow", "Thurlows"], {"Daniel Thurlow", "Maya Thurlow"}),  # the family is nobody new
    ],
)
def test_one_person(names: list[str], people: set[str]) -> None:
    text = ". ".join(names)
    mentions = [Mention("person", n, text.index(n, k), text.index(n, k) + len(n), "") for k, n in zip((sum(len(x) + 2 for x in names[:i]) for i in range(len(names))), names, strict=True)]
    _, entities = link(mentions, text)
    assert {e.name for e in entities} == people


@pytest.mark.parametrize(
    ("titles", "shows"),
    [
        (["The Big Bang Theory", "Big Bang"], {"The Big Bang Theory"}),  # the first words of a title that the world knows
        (["The Walking Dead: Dead City", "The Walking Dead"], {"The Walking Dead: Dead City", "The Walking Dead"}),  # a title by itself
        (["Glass Harbor Nights", "Glass Harbor"], {"Glass Harbor Nights", "Glass Harbor"}),  # nothing tells whether a new show has short names
    ],
)
def test_one_show(titles: list[str], shows: set[str]) -> None:
    text = ". ".join(titles)
    mentions = [Mention("show", t, text.rindex(t), text.rindex(t) + len(t), "") for t in titles]
    _, entities = link(mentions, text)
    assert {e.name for e in entities} == shows
