"""Names that the world knows, from the ``vicary`` package (Wikidata and US census data, MIT).

Evidence, never truth: a title in the list may be a phrase here, a new title is in no list.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Casefolded names by tier: multi-word titles, given names, full names of people, places."""

    titles: frozenset[str]
    given: frozenset[str]
    people: frozenset[str]
    places: frozenset[str]
    demonyms: frozenset[str]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Read the list once a process (0.15 s)."""
    raw = files("vicary").joinpath("data/notability.txt.gz").read_bytes()
    tiers: dict[str, set[str]] = {}
    for part in gzip.decompress(raw).decode("utf-8").split("#!tier ")[1:]:  # sections, each named on its first line
        name, _, body = part.partition("\n")
        tiers[name.split()[0]] = {line for line in body.split("\n") if line and not line.startswith("#!")} if "#!" in body else set(body.split("\n")) - {""}

    def tier(*names: str) -> frozenset[str]:
        return frozenset().union(*(tiers.get(n, set()) for n in names))

    return Gazetteer(tier("title"), tier("given", "given_corroboration"), tier("full"), tier("place", "settlement"), tier("demonym"))
