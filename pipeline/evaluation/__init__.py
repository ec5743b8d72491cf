"""Evaluation: a run's tables against hand annotations, every mistake told, two runs compared."""

from pipeline.evaluation.evaluate import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
