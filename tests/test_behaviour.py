"""What callsheet can do, by capability; what it must not mind. What still fails is a strict xfail with its reason."""

import textwrap
from pathlib import Path

import pytest
from behaviour import Template, cases, wrong

from pipeline import extract

CORPUS = Path(__file__).parent.parent / "corpus"
#: Cases that fail: why, and which fillings.
BARE = "a bare title after 'called' whose first word the tagger takes for a character's or a plain word"
SENTENCE = "a title that is a whole sentence, which the tagger takes for the source work"
PLACE = "a title that ends in a place's name, in a sentence with little else to go by"
YEAR = "a year that is a title, after in and beside a title of words"
KNOWN = {
    "ellipsis: two credits in one sentence 2": YEAR,
    "titles: after called 1": BARE,
    "titles: after called 4": PLACE,
    "apposition: role before a name 2": SENTENCE,
    **{f"{name} 2": SENTENCE for name in ("coordination: two creators", "ellipsis: by shared", "ellipsis: starring line")},
}


@pytest.mark.parametrize(
    ("template", "fill"),
    [pytest.param(t, f, id=i, marks=[pytest.mark.xfail(reason=KNOWN[i], strict=True)] if i in KNOWN else []) for i, t, f in cases()],
)
def test_capability(template: Template, fill: dict[str, str]) -> None:
    assert wrong(template, fill) == []


def wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, 88, break_on_hyphens=False, break_long_words=False) if len(line) > 120 else line for line in text.split("\n"))


#: Changes of form that change nothing of what is said.
CHANGES = {
    "spaces": lambda t: t.replace(" ", "  "),
    "line ends": lambda t: t.replace("\n", "\r\n"),
    "straight quotes": lambda t: t.translate(str.maketrans("“”‘’", "\"\"''")),
    "lines wrapped": wrapped,
    "a paragraph added": lambda t: t.rstrip() + "\n\nThe weather over the weekend will be mild, with a light wind from the west.\n",
}
#: Articles in several manners: news in one paragraph, a release, a list of credits, a round-up.
ARTICLES = ("apple-space-race", "harrow-county-renewal", "glasshouse-lane-returns", "layoffs", "sundance-sales-roundup", "syfy-development-slate", "cannes-lions-copro-ireland-hbo", "bafta-winners-noise")


def said(text: str) -> set[tuple[str, ...]]:
    """What a text says, without offsets."""
    facts = extract(text, published="2020-01-01")
    names = {e.key: " ".join(e.name.replace("’", "'").split()) for e in facts.entities}
    out: set[tuple[str, ...]] = {("entity", e.kind, names[e.key]) for e in facts.entities}
    out |= {("role", names[r.person], r.role, names[r.show or r.company]) for r in facts.roles}
    out |= {("part", names[s.show], s.relation, names[s.company]) for s in facts.show_companies}
    out |= {("event", e.event, names[e.show or e.person]) for e in facts.events}
    out |= {("date", str(d.date_from), str(d.date_to)) for d in facts.dates}
    return out


@pytest.mark.parametrize("article", ARTICLES)
@pytest.mark.parametrize("change", CHANGES)
def test_form_changes_nothing(article: str, change: str) -> None:
    text = (CORPUS / f"{article}.txt").read_text(encoding="utf-8")
    assert said(CHANGES[change](text)) == said(text)
