"""The tagger's network as it learns, in PyTorch: MiniLM with the shapes of words beside it, and a layer that tells tags and what is told."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from pipeline.tag.network import NETWORK, SHAPES, WORDPIECES, Wordpieces, shape_of
from pipeline.told import DIMENSIONS, FACTS, RELATIONS, TAGS

#: Of MiniLM-L6-H384 (Wang et al. 2020).
WIDTH, HEADS, INNER, LAYERS, PLACES = 384, 12, 1536, 6, 512
#: Width of what the last layer sees of a word's shape.
SHAPE_WIDTH = 32
#: The logit that relations start from: they are seldom.
SELDOM = -3.0
DROPOUT = 0.1
OUTPUTS = ("scores", "left", "right")


class Layer(nn.Module):  # type: ignore[misc]
    """One layer of a transformer, as in BERT: attention, then two dense layers, each with what it was given added and normalized."""

    def __init__(self) -> None:
        super().__init__()
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
        share = functional.dropout(torch.softmax(scores, -1), DROPOUT, self.training)
        heard = (share @ value).transpose(-2, -3).reshape(*blocks, -1, WIDTH)
        x = self.attended(x + functional.dropout(self.output(heard), DROPOUT, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.normal(x + functional.dropout(inner, DROPOUT, self.training))


#: Name of a part of a layer -> its names in the file of MiniLM, of one part or of several side by side.
PARTS = {
    "query_key_value": ("attention.self.query", "attention.self.key", "attention.self.value"), "output": ("attention.output.dense",),
    "attended": ("attention.output.LayerNorm",), "up": ("intermediate.dense",), "down": ("output.dense",), "normal": ("output.LayerNorm",),
}  # fmt: skip


class Network(nn.Module):  # type: ignore[misc]
    """From wordpieces to the scores of tags of words; ``start`` is the folder of MiniLM (``model.safetensors``, ``vocab.txt``)."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        self.start = start
        told = load_file(start / "model.safetensors")
        self.pieces = nn.Embedding.from_pretrained(told["embeddings.word_embeddings.weight"], freeze=True)  # what the corpus lacks must not fall behind
        self.places = nn.Embedding(PLACES, WIDTH)
        self.normal = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        with torch.no_grad():
            self.places.weight.copy_(told["embeddings.position_embeddings.weight"] + told["embeddings.token_type_embeddings.weight"][0])
            self.normal.weight.copy_(told["embeddings.LayerNorm.weight"])
            self.normal.bias.copy_(told["embeddings.LayerNorm.bias"])
            for n, layer in enumerate(self.layers):
                for ours, theirs in PARTS.items():
                    part = getattr(layer, ours)
                    part.weight.copy_(torch.cat([told[f"encoder.layer.{n}.{name}.weight"] for name in theirs]))
                    part.bias.copy_(torch.cat([told[f"encoder.layer.{n}.{name}.bias"] for name in theirs]))
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.normal_(self.shapes.weight, std=0.01)
        self.word_shapes = nn.Embedding(SHAPES, SHAPE_WIDTH)
        self.tells = nn.Linear(WIDTH + SHAPE_WIDTH, len(TAGS) + len(FACTS))
        # for each side of each relation the dimensions that are multiplied, and a logit of the word alone
        self.ends = nn.Linear(WIDTH + SHAPE_WIDTH, 2 * len(RELATIONS) * DIMENSIONS)
        with torch.no_grad():
            self.ends.bias.view(2, len(RELATIONS), DIMENSIONS)[0, :, -1] = SELDOM

    def new_parts(self) -> list[Tensor]:
        """What does not come from MiniLM, and learns faster."""
        return [*self.shapes.parameters(), *self.word_shapes.parameters(), *self.tells.parameters(), *self.ends.parameters()]

    def old_parts(self) -> list[Tensor]:
        new = {id(p) for p in self.new_parts()}
        return [p for p in self.parameters() if p.requires_grad and id(p) not in new]

    def forward(self, pieces: Tensor, shapes: Tensor, words: Tensor, word_shapes: Tensor, seen: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """The scores of ``TAGS``, then of ``FACTS``, and what the words bring to the left and right sides of ``RELATIONS``.

        ``pieces``, ``shapes``: (..., pieces); ``words``: the first piece of each word, (..., words); ``word_shapes``: (..., words).
        Returns (..., words, tags and told), and twice (..., words, relations, dimensions), see ``Told``.
        """
        x = self.pieces(pieces) + self.places.weight[: pieces.shape[-1]] + self.shapes(shapes)
        x = functional.dropout(self.normal(x), DROPOUT, self.training)
        for layer in self.layers:
            x = layer(x, seen)
        firsts = torch.gather(x, -2, words[..., None].expand(*words.shape, WIDTH))
        seen_words = functional.dropout(torch.cat([firsts, self.word_shapes(word_shapes)], -1), DROPOUT, self.training)
        left, right = self.ends(seen_words).view(*words.shape[:-1], -1, 2 * len(RELATIONS), DIMENSIONS).split(len(RELATIONS), -2)
        return self.tells(seen_words), left, right


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


class Rounded(nn.Module):  # type: ignore[misc]
    """A table of vectors in whole numbers of eight bits, each row with a scale of its own."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("whole", (table / scale).round().to(torch.int8))

    def forward(self, rows: Tensor) -> Tensor:
        return self.whole[rows].to(torch.float32) * self.scale[rows]


class Likelihoods(nn.Module):  # type: ignore[misc]
    """The network as a run reads it: one block at a time, likelihoods, rounded word pieces."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.network.pieces = Rounded(network.pieces.weight)

    def forward(self, *told: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        scores, left, right = self.network(*told)
        tags, tells = scores.split((len(TAGS), len(FACTS)), -1)
        return torch.cat([torch.softmax(tags, -1), torch.sigmoid(tells)], -1), left, right


def write_network(network: Network, folder: Path) -> None:
    """Write the network as ONNX, a quarter of its size; it is of no use for learning afterwards.

    Its dense layers multiply whole numbers: weights of seven bits, so that no processor's sums overflow
    and all come to the same, with a scale for each column (with one for a whole layer the tagger is clearly worse).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True)
    full = folder / "full.onnx"
    names = ("pieces", "shapes", "words", "word_shapes")
    example = tuple(torch.arange(1, 1 + n) for n in (9, 9, 7, 7))
    sizes = {"pieces": {0: "pieces"}, "shapes": {0: "pieces"}, "words": {0: "words"}, "word_shapes": {0: "words"}} | {name: {0: "words"} for name in OUTPUTS}
    torch.onnx.export(Likelihoods(network).eval(), example, str(full), input_names=list(names), output_names=list(OUTPUTS), dynamic_axes=sizes, opset_version=17, dynamo=False)
    quantize_dynamic(full, folder / NETWORK, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    full.unlink()
    shutil.copy(network.start / "vocab.txt", folder / WORDPIECES)
