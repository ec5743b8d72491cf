"""The README's first example is what a run gives."""

import csv
import re
from pathlib import Path

from pipeline import run

ROOT = Path(__file__).parent.parent


def test_the_example_rows_are_in_the_output(tmp_path: Path) -> None:
    run(ROOT / "corpus" / "apple-space-race.txt", output=tmp_path)
    with (tmp_path / "roles.csv").open(encoding="utf-8", newline="") as file:
        found = {(r["person"], r["role"], r["show"], r["company"]) for r in csv.DictReader(file)}
    lines = (ROOT / "README.md").read_text(encoding="utf-8").split("| person | role | show | company |")[1].split("\n\n")[0].splitlines()[2:]
    told = {tuple(c.strip() for c in re.split(r"\|", line)[1:5]) for line in lines}
    assert len(told) == 5 and told <= found
