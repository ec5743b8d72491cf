"""Read: files, folders, archives and standard input become articles; what cannot be read is told, never dropped."""

from pipeline.read.collections import Columns
from pipeline.read.sources import ReadOptions, count_sources, holds_many, list_names, read_articles, signature
from pipeline.read.text import make_article

__all__ = ["Columns", "ReadOptions", "count_sources", "holds_many", "list_names", "make_article", "read_articles", "signature"]
