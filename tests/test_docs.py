"""The documentation is true: its commands run, its page of columns is that of the data package."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.docs import columns_page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
#: Of a line of the pages, what cannot run in a test: a cluster to be started, a program that stays.
LEFT_OUT = ("--engine dask",)


def commands(page: str) -> list[str]:
    """The commands of a page in their order, with its corpus cut to three articles."""
    lines = re.findall(r"(?m)^    callsheet (.+)$", (DOCS / page).read_text(encoding="utf-8"))
    return [line for line in lines if not any(x in line for x in LEFT_OUT)]


@pytest.mark.parametrize("page", ["batch.md", "accuracy.md", "spreadsheets.md"])
def test_the_commands_of_a_page_run(page: str, tmp_path: Path) -> None:
    import shlex
    import shutil

    names = ("layoffs", "apple-space-race", "schedule-week")
    (tmp_path / "corpus").mkdir()
    shutil.copytree(ROOT / "annotations", tmp_path / "annotations")
    if page == "accuracy.md":
        shutil.copytree(ROOT / "corpus", tmp_path / "corpus", dirs_exist_ok=True)
    else:
        for name in names:
            shutil.copy(ROOT / "corpus" / f"{name}.txt", tmp_path / "corpus")
    if page == "accuracy.md":  # one run over the corpus is dear: the development part is enough
        dev = {line.split(",")[0] for line in (ROOT / "annotations" / "index.csv").read_text().splitlines() if line.endswith(",dev")}
        run = [f"corpus/{n}.txt" for n in sorted(dev)]
    else:
        run = ["corpus"]
        (tmp_path / "output").mkdir()
        subprocess.run([sys.executable, "-m", "pipeline", "run", "corpus", "-q"], cwd=tmp_path, env=_env(), check=True)
    for line in commands(page):
        words = shlex.split(line)
        if words[:2] == ["run", "corpus"]:
            words[1:2] = run
        answer = {"HBO": "Apple TV+"}
        done = subprocess.run([sys.executable, "-m", "pipeline", *(answer.get(w, w) for w in words)], cwd=tmp_path, env=_env(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"callsheet {line}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}"


def _env() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_the_columns_page_is_that_of_the_data_package() -> None:
    assert (DOCS / "columns.md").read_text(encoding="utf-8") == columns_page(), "make it with: python -m pipeline.docs > docs/columns.md"
