"""Hand annotations: brat standoff, the markup they are written in, their faults, and other programs' formats."""

from pipeline.annotations.gold import Gold, check_folder, read_annotations
from pipeline.annotations.markup import compile_markup, write_marked
from pipeline.annotations.standoff import AnnotationError, Fault

__all__ = ["AnnotationError", "Fault", "Gold", "check_folder", "compile_markup", "read_annotations", "write_marked"]
