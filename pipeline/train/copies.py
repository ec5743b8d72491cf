"""Copies of annotated articles, set as other papers set theirs; what they tell stays the same."""

from __future__ import annotations

from dataclasses import replace

from pipeline.annotations import Gold
from pipeline.tag.blocks import BULLET, is_heading, split_blocks

#: The fewest words of a paragraph that another is joined to.
PROSE = 15


def joined(text: str) -> str:
    """The article with its paragraphs in one, as where a page's breaks were lost; headings and lists stay. No offset changes.

    >>> joined("NBC Orders “Lake”\\n\\n" + "One two three. " * 6 + "\\n\\n" + "Four five six. " * 6).count("\\n")
    2
    """
    chars = list(text)
    blocks = split_blocks(text)
    ends = [start + len(text[start:end].rstrip()) for start, end in blocks]
    prose = [_is_prose(text[start:end]) for start, end in blocks]
    for n, (start, _) in enumerate(blocks):
        if prose[n]:
            until = blocks[n + 1][0] if n + 1 < len(blocks) and prose[n + 1] else ends[n]
            chars[start:until] = [" " if c == "\n" else c for c in chars[start:until]]
    return "".join(chars)


def _is_prose(block: str) -> bool:
    body = block.strip()
    return len(body.split()) >= PROSE and not BULLET.match(body) and not is_heading(body) and body[-1] in ".!?”\"’)"


def joined_copy(gold: Gold) -> Gold:
    return replace(gold, text=joined(gold.text))


def quoted_copy(gold: Gold) -> Gold:
    """The article with quotation marks around every title that has none, as many papers set them; offsets go along.

    The corpus sets few titles so; without the copy the weights would trust quotation marks too little.
    """
    opens, closes = set(), set()
    for start, end, kind, _ in gold.mentions:
        bare = gold.text[start - 1 : start] not in tuple("“‘\"'")
        if kind == "show" and bare and not gold.text[start:end].isupper():
            opens.add(start)
            closes.add(end)
    text, moved = "", [0] * (len(gold.text) + 1)
    for i, c in enumerate(gold.text):
        if i in closes:
            text += "”"
        moved[i] = len(text) + (i in opens)
        text += ("“" if i in opens else "") + c
    moved[len(gold.text)] = len(text)
    ends = {e: moved[e - 1] + 1 for e in range(1, len(gold.text) + 1)}
    mentions = [(moved[s], ends[e], kind, key) for s, e, kind, key in gold.mentions]
    dates, events = ([{**row, "start": str(moved[int(row["start"])]), "end": str(ends[int(row["end"])])} for row in rows] for rows in (gold.dates, gold.events))
    return replace(gold, text=text, mentions=mentions, dates=dates, events=events)
