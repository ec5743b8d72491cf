"""``python -m pipeline`` is ``callsheet``."""

from pipeline.cli import main

main()
