"""Tag: from a text to its blocks of tokens and the mentions of shows, people, companies and characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Block, Mention
from pipeline.tag.blocks import load_model, load_tagger, read_blocks
from pipeline.tag.decide import carry, decide

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["load_model", "load_tagger", "tag"]


def tag(text: str, nlp: Language, tagger: Language) -> tuple[list[Block], list[Mention]]:
    """Tokenize a text and find its mentions; the same text gives the same answer."""
    blocks = read_blocks(text, nlp, tagger)
    _, chosen = decide(blocks, text)
    return blocks, carry(blocks, chosen, text)
