"""Phrases of ``triggers.toml`` in a sentence: where words stand that tell a company's part, a tie between works or an event."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache

from pipeline.match.items import Item, Unit
from pipeline.vocabulary import DATA


@lru_cache(maxsize=1)
def triggers() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "triggers.toml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=64)
def trigger_pattern(section: str, key: str) -> re.Pattern[str]:
    phrases = sorted(triggers()[section][key], key=len, reverse=True)
    # the tokenizer cuts "follow-up" in three, not always
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(p).replace(r"\-", "(?:-| - )") for p in phrases) + r")(?![\w-])")


def words_of_row(items: Sequence[Item | Unit]) -> str:
    """The row as text for trigger phrases: mentions as one letter that no phrase holds."""
    return " ".join("\u00a4" if it.kind in "SPCX" else it.word for it in items)


def item_at(items: Sequence[Item | Unit], words_before: int) -> int:
    """The item in which the word stands that so many words of ``words_of_row`` stand before."""
    count = 0
    for i, it in enumerate(items):
        count += 1 if it.kind in "SPCX" else it.word.count(" ") + 1
        if count > words_before:
            return i
    return len(items) - 1
