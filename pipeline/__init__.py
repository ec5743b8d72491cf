"""callsheet: film and TV trade news in, normalized tables out."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "extract", "run"]


def __getattr__(name: str) -> Any:
    # spaCy takes a second to import: only who extracts pays for it
    if name in ("extract", "run"):
        from pipeline import flow

        return getattr(flow, name)
    raise AttributeError(name)
