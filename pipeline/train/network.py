"""The tagger's network as it learns, in PyTorch: MiniLM with the shapes of words beside it.

Names are told from its last layer. What is told of them has an upper layer of its own, which sees how likely each word is
a name beside what the lower ones read (marked names help relations: Zhong and Chen 2021). Parts of speech come from the lower layers.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from pipeline.tag.network import NETWORK, SHAPES, WORDPIECES, Wordpieces, shape_of
from pipeline.told import DIMENSIONS, ENT_TAGS, FACTS, PARTS, RELATIONS, TAGS

#: Of MiniLM-L6-H384 (Wang et al. 2020).
WIDTH, HEADS, INNER, LAYERS, PLACES = 384, 12, 1536, 6, 512
#: Width of what the last layer sees of a word's shape.
SHAPE_WIDTH = 32
#: The logit that relations start from: they are seldom.
SELDOM = -3.0
#: How many layers what is told of names shares with the names.
SHARED = 5
#: Of 256 numbers so many are dropped.
DROPPED = 26
#: Numbers of a word piece's vector that share a scale, and the largest of their whole numbers of four bits.
GROUP, WHOLE = 32, 7
#: Width of the layer between the lower layers and parts of speech.
PART_WIDTH = 192


class Dropout(nn.Module):  # type: ignore[misc]
    """Dropout by a byte of chance for each number; PyTorch's own takes a quarter of the time of a step."""

    def __init__(self, chance: np.random.Generator) -> None:
        super().__init__()
        self.chance = chance

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        drawn = torch.frombuffer(bytearray(self.chance.bytes(x.numel())), dtype=torch.uint8).view(x.shape)
        return x * ((drawn >= DROPPED).to(x.dtype) * (256 / (256 - DROPPED)))


class Layer(nn.Module):  # type: ignore[misc]
    """One layer of a transformer, as in BERT: attention, then two dense layers, each with what it was given added and normalized."""

    def __init__(self, dropout: Dropout) -> None:
        super().__init__()
        self.dropout = dropout
        self.query_key_value, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.attended, self.normal = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, seen: Tensor | None) -> Tensor:
        """``x``: (blocks, pieces, width); ``seen``: which pieces are there, (blocks, 1, 1, pieces), None for all."""
        blocks = x.shape[:-2]  # a run reads one block without this dimension: its sizes then stand in the file and need no steps
        query, key, value = self.query_key_value(x).view(*blocks, -1, 3 * HEADS, WIDTH // HEADS).transpose(-2, -3).split(HEADS, -3)
        scores = query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
        if seen is not None:
            scores = scores.masked_fill(~seen, -1e9)
        share = self.dropout(torch.softmax(scores, -1))
        heard = (share @ value).transpose(-2, -3).reshape(*blocks, -1, WIDTH)
        x = self.attended(x + self.dropout(self.output(heard)))
        inner = self.down(functional.gelu(self.up(x)))
        return self.normal(x + self.dropout(inner))


#: Name of a part of a layer -> its names in the file of MiniLM, of one part or of several side by side.
PARTS_OF_LAYER = {
    "query_key_value": ("attention.self.query", "attention.self.key", "attention.self.value"), "output": ("attention.output.dense",),
    "attended": ("attention.output.LayerNorm",), "up": ("intermediate.dense",), "down": ("output.dense",), "normal": ("output.LayerNorm",),
}  # fmt: skip


def whole_numbers(table: Tensor) -> tuple[Tensor, Tensor]:
    """A table of vectors in whole numbers of four bits, (rows, groups, ``GROUP``), and the scale of each group, (rows, groups, 1)."""
    groups = table.view(len(table), -1, GROUP)
    scale = (groups.abs().amax(-1, keepdim=True) / WHOLE).to(torch.float16)
    return (groups / scale.to(torch.float32).clamp(min=1e-6)).round().clamp(-WHOLE, WHOLE), scale


class Network(nn.Module):  # type: ignore[misc]
    """From wordpieces to the scores of tags of words and of what is told; ``start`` is the folder of MiniLM (``model.safetensors``, ``vocab.txt``)."""

    def __init__(self, start: Path, seed: int = 1) -> None:
        super().__init__()
        self.start = start
        self.dropout = Dropout(np.random.Generator(np.random.SFC64(seed)))
        told = load_file(start / "model.safetensors")
        whole, scale = whole_numbers(told["embeddings.word_embeddings.weight"])
        # learns from the rounded table, so that nothing is lost by it; the table itself stays: what the corpus lacks must not fall behind
        self.pieces = nn.Embedding.from_pretrained((whole * scale.to(torch.float32)).flatten(1), freeze=True)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.normal = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(self.dropout) for _ in range(LAYERS))
        with torch.no_grad():
            self.places.weight.copy_(told["embeddings.position_embeddings.weight"] + told["embeddings.token_type_embeddings.weight"][0])
            self.normal.weight.copy_(told["embeddings.LayerNorm.weight"])
            self.normal.bias.copy_(told["embeddings.LayerNorm.bias"])
            for n, layer in enumerate(self.layers):
                for ours, theirs in PARTS_OF_LAYER.items():
                    part = getattr(layer, ours)
                    part.weight.copy_(torch.cat([told[f"encoder.layer.{n}.{name}.weight"] for name in theirs]))
                    part.bias.copy_(torch.cat([told[f"encoder.layer.{n}.{name}.bias"] for name in theirs]))
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.normal_(self.shapes.weight, std=0.01)
        self.word_shapes = nn.Embedding(SHAPES, SHAPE_WIDTH)
        self.telling = nn.ModuleList(Layer(self.dropout) for _ in range(LAYERS - SHARED))
        for ours, theirs in zip(self.telling, self.layers[SHARED:], strict=True):
            ours.load_state_dict(theirs.state_dict())
        self.labels = nn.Linear(len(TAGS), WIDTH, bias=False)
        nn.init.normal_(self.labels.weight, std=0.05)
        self.names = nn.Linear(WIDTH + SHAPE_WIDTH, len(TAGS))
        self.tells = nn.Linear(WIDTH + SHAPE_WIDTH, len(FACTS))
        # for each side of each relation the dimensions that are multiplied, and a logit of the word alone
        self.ends = nn.Linear(WIDTH + SHAPE_WIDTH, 2 * len(RELATIONS) * DIMENSIONS)
        with torch.no_grad():
            self.ends.bias.view(2, len(RELATIONS), DIMENSIONS)[0, :, -1] = SELDOM

    def new_parts(self) -> list[Tensor]:
        """What does not come from MiniLM, and learns faster."""
        return [p for part in (self.shapes, self.word_shapes, self.labels, self.names, self.tells, self.ends) for p in part.parameters()]

    def old_parts(self) -> list[Tensor]:
        new = {id(p) for p in self.new_parts()}
        return [p for p in self.parameters() if p.requires_grad and id(p) not in new]

    def lower(self, pieces: Tensor, shapes: Tensor, seen: Tensor | None = None) -> list[Tensor]:
        """What the shared layers read, each of them, from the first to the last: (..., pieces, width)."""
        x = self.dropout(self.normal(self.pieces(pieces) + self.places.weight[: pieces.shape[-1]] + self.shapes(shapes)))
        read = []
        for layer in self.layers[:SHARED]:
            x = layer(x, seen)
            read.append(x)
        return read

    def name(self, x: Tensor, words: Tensor, word_shapes: Tensor, seen: Tensor | None = None) -> Tensor:
        """From what the last shared layer reads the scores of ``TAGS``, (..., words, tags).

        ``words``: the first piece of each word, (..., words); ``word_shapes``: (..., words).
        """
        for layer in self.layers[SHARED:]:
            x = layer(x, seen)
        return self.names(self._at_words(x, words, word_shapes))

    def tell(self, x: Tensor, words: Tensor, word_shapes: Tensor, tags: Tensor, seen: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """From what the last shared layer reads and how likely each word has each tag, (..., words, tags), the scores of ``FACTS``, (..., words, facts), and what
        the words bring to the left and right sides of ``RELATIONS``, (..., words, relations, dimensions), see ``Told``."""
        at = words[..., None].expand(*words.shape, WIDTH)
        x = x.scatter_add(-2, at, (self.labels(tags) * (words > 0)[..., None]).to(x.dtype))  # where words are only padding the first piece is 0
        for layer in self.telling:
            x = layer(x, seen)
        seen_words = self._at_words(x, words, word_shapes)
        left, right = self.ends(seen_words).view(*words.shape[:-1], -1, 2 * len(RELATIONS), DIMENSIONS).split(len(RELATIONS), -2)
        return self.tells(seen_words), left, right

    def _at_words(self, x: Tensor, words: Tensor, word_shapes: Tensor) -> Tensor:
        return self.dropout(torch.cat([at_words([x], words), self.word_shapes(word_shapes)], -1))


class PartsOfSpeech(nn.Module):  # type: ignore[misc]
    """From what the shared layers read of words and their shapes to the scores of ``PARTS``, then of ``ENT_TAGS``."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.outer = nn.Linear(SHARED * WIDTH + SHAPES, PART_WIDTH), nn.Linear(PART_WIDTH, len(PARTS) + len(ENT_TAGS))

    def forward(self, read: Tensor, word_shapes: Tensor) -> Tensor:
        """``read``: (..., words, shared layers x width), ``word_shapes``: (..., words)."""
        return self.outer(functional.relu(self.inner(torch.cat([read, functional.one_hot(word_shapes, SHAPES).to(read.dtype)], -1))))


def at_words(read: Sequence[Tensor], words: Tensor) -> Tensor:
    """What each layer reads at the first piece of each word, side by side."""
    at = words[..., None].expand(*words.shape, WIDTH)
    return torch.cat([torch.gather(x, -2, at) for x in read], -1)


def batch(blocks: Sequence[Sequence[str]], wordpieces: Wordpieces) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """What the network reads of some blocks of words: the arguments of ``Network.forward``. Of a block too long the beginning."""
    pieces, shapes, words, word_shapes = [], [], [], []
    for block in blocks:
        ids, forms, firsts, own = [wordpieces.begin], [0], [], []
        for word in block:
            cut = wordpieces.of(word)
            if len(ids) + len(cut) >= PLACES:
                break
            shape = shape_of(word)
            firsts.append(len(ids))
            own.append(shape)
            ids += cut
            forms += [shape] * len(cut)
        pieces.append(torch.tensor([*ids, wordpieces.end]))
        shapes.append(torch.tensor([*forms, 0]))
        words.append(torch.tensor(firsts))
        word_shapes.append(torch.tensor(own))
    padded = [nn.utils.rnn.pad_sequence(rows, batch_first=True) for rows in (pieces, shapes, words, word_shapes)]
    seen = torch.arange(padded[0].shape[1]) < torch.tensor([len(p) for p in pieces])[:, None]
    return padded[0], padded[1], padded[2], padded[3], seen[:, None, None, :]


class Packed(nn.Module):  # type: ignore[misc]
    """The table of word pieces in whole numbers of four bits, two to a byte: those of the first half of a vector above those of the second."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        whole, scale = whole_numbers(table)
        first, second = (whole.flatten(1) + WHOLE + 1).to(torch.uint8).chunk(2, 1)
        self.register_buffer("bytes", first * 16 + second)
        self.register_buffer("scale", scale)

    def forward(self, rows: Tensor) -> Tensor:
        both = self.bytes[rows].to(torch.float32)
        first = torch.floor(both / 16)
        whole = torch.cat([first, both - 16 * first], -1) - (WHOLE + 1)
        return (whole.view(*rows.shape, -1, GROUP) * self.scale[rows].to(torch.float32)).flatten(-2)


class Reading(nn.Module):  # type: ignore[misc]
    """What a run reads of a block: the likelihoods of tags, parts of speech and kinds of names by their numbers, the likelihoods of facts, and the sides of relations."""

    def __init__(self, network: Network, parts: PartsOfSpeech) -> None:
        super().__init__()
        self.network, self.parts = network, parts
        self.network.pieces = Packed(network.pieces.weight)

    def forward(self, pieces: Tensor, shapes: Tensor, words: Tensor, word_shapes: Tensor) -> tuple[Tensor, ...]:
        read = self.network.lower(pieces, shapes)
        parts, ents = self.parts(at_words(read, words), word_shapes).split((len(PARTS), len(ENT_TAGS)), -1)
        tags = torch.softmax(self.network.name(read[-1], words, word_shapes), -1)
        facts, left, right = self.network.tell(read[-1], words, word_shapes, tags)
        return tags, parts.argmax(-1), ents.argmax(-1), torch.sigmoid(facts), left, right


def write_network(network: Network, parts: PartsOfSpeech, folder: Path) -> None:
    """Write the network as ONNX, a fifth of its size; it is of no use for learning afterwards.

    Its dense layers multiply whole numbers: weights of seven bits, so that no processor's sums overflow
    and all come to the same, with a scale for each column (with one for a whole layer the tagger is clearly worse).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True)
    full = folder / "full.onnx"
    example = {"pieces": torch.arange(1, 10), "shapes": torch.arange(1, 10), "words": torch.arange(1, 8), "word_shapes": torch.arange(1, 8)}
    outputs = ("tags", "parts", "ents", "facts", "left", "right")
    sizes = {name: {0: "pieces" if name in ("pieces", "shapes") else "words"} for name in (*example, *outputs)}
    torch.onnx.export(Reading(network, parts).eval(), tuple(example.values()), str(full), input_names=list(example), output_names=list(outputs), dynamic_axes=sizes, opset_version=17, dynamo=False)
    quantize_dynamic(full, folder / NETWORK, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    full.unlink()
    shutil.copy(network.start / "vocab.txt", folder / WORDPIECES)
