"""``python -m pipeline`` is ``callsheet``."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
