"""Floors: the least F1 of each table that CI accepts, in a file that only a deliberate command changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pipeline.annotations import AnnotationError
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.scoring import EIGHT

HEAD = "# The least F1 of each table on dev that CI accepts; written by: callsheet evaluate OUTPUT ANNOTATIONS --split dev --set-floors FILE\n"


def read_floors(file: Path) -> dict[str, float]:
    try:
        floors = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AnnotationError(f"{file}: {error}") from None
    if odd := [k for k, x in floors.items() if k not in EIGHT or not isinstance(x, float)]:
        raise AnnotationError(f"{file}: {odd[0]} is no table with a figure; tables are {', '.join(EIGHT)}")
    return floors


def write_floors(evaluation: Evaluation, file: Path) -> None:
    """The figures of now, rounded down to the thousandth."""
    lines = [f"{t} = {int(s.f1 * 1000) / 1000:.3f}" for t, s in evaluation.scores.items()]
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def below(evaluation: Evaluation, floors: dict[str, float]) -> list[str]:
    """One line for each table under its floor."""
    return [f"{t}: F1 {evaluation.scores[t].f1:.3f} is under its floor {floor:.3f}" for t, floor in floors.items() if evaluation.scores[t].f1 < floor]
