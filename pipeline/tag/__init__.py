"""Tag: from a text to its blocks of tokens and the mentions of shows, people, companies and characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.config import config
from pipeline.records import Block, Mention
from pipeline.tag.blocks import labelled, load_tagger, load_tokenizer, read_blocks
from pipeline.tag.decide import carry, decide
from pipeline.vocabulary import fold_title

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer

    from pipeline.tag.network import Tagger

#: How often the tagger's role words are right on dev.
TAGGED = 0.8

__all__ = ["load_tagger", "load_tokenizer", "role_words", "tag"]


def tag(text: str, tokenizer: Tokenizer, tagger: Tagger) -> tuple[list[Block], list[Mention]]:
    """Tokenize a text and find its mentions; the same text gives the same answer."""
    blocks = read_blocks(text, tokenizer, tagger)
    _, chosen = decide(blocks, text)
    never = config().never
    mentions = [m for m in carry(blocks, chosen, text) if m.kind != "show" or fold_title(m.text) not in never]
    return blocks, mentions


def role_words(blocks: list[Block], text: str) -> list[Mention]:
    """The words that name a role, as the tagger marked them."""
    spans = [(b.tokens[first].start, b.tokens[last - 1].end) for b in blocks for first, last in labelled(b.tokens) if b.tokens[first].label == "ROLE"]
    return [Mention("role", text[start:end], start, end, "", "tagger", TAGGED) for start, end in spans]
