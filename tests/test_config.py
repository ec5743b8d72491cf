"""A user's callsheet.toml: what it adds stands in the tables, what is wrong in it is told with file and line."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import ConfigError, read_config

ROOT = Path(__file__).parent.parent
CONFIG = """
[[company]]
name = "Kettleworks Pictures"
kind = "production company"
aliases = ["Kettleworks"]
wikidata = "Q1"

[[show]]
title = "Nightjar"
kind = "film"
tvmaze = "77"

[[person]]
name = "Ronald D. Moore"
aliases = ["Ron Moore"]
imdb = "nm0601822"

[[role]]
role = "Executive Producer"
nouns = ["chief wrangler"]

[never]
shows = ["The Daily Brief"]
"""
TEXT = "date 2024-01-10\nHulu has ordered the thriller Nightjar, produced by Kettleworks. “The Daily Brief” had it first. Ron Moore is chief wrangler of Nightjar.\n"


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_own_names_stand_in_the_tables(tmp_path: Path) -> None:
    (tmp_path / "callsheet.toml").write_text(CONFIG)
    (tmp_path / "a.txt").write_text(TEXT)
    done = subprocess.run([sys.executable, "-m", "pipeline", "run", "a.txt", "-q"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "output"
    (company,) = [c for c in rows(out, "companies") if c["name"].startswith("Kettle")]
    assert (company["name"], company["kind"], company["aliases"], company["wikidata"]) == ("Kettleworks Pictures", "production company", "Kettleworks", "Q1")
    (person,) = rows(out, "people")
    assert (person["name"], person["aliases"], person["imdb"]) == ("Ronald D. Moore", "Ron Moore", "nm0601822")
    shows = {s["title"]: s for s in rows(out, "shows")}
    assert shows["Nightjar"]["tvmaze"] == "77" and shows["Nightjar"]["kind"] == "film" and "The Daily Brief" not in shows
    assert [(r["person"], r["role"], r["show"]) for r in rows(out, "roles")] == [("Ronald D. Moore", "Executive Producer", "Nightjar")]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[company]]\nname = "A"\nkind = "cinema"\n', 3, "kind 'cinema' is none of"),
        ('[[company]]\nname = "A"\n\n[[company]]\nkind = "studio"\n', 4, "name is missing"),
        ('[[show]]\ntitle = "A"\nkinds = "film"\n', 3, "kinds 'film' is not known here"),
        ('[[role]]\nrole = "Boss"\nnouns = ["boss"]\n', 2, "role 'Boss' is none of"),
        ('[[company]]\nname = "A"\naliases = ["B"]\n[[company]]\nname = "B"\n', 5, "'B' is already a name of 'A'"),
        ('[[company]\nname = "A"\n', 1, "Expected"),
        ('[shows]\nx = 1\n', 1, "shows is not known here"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    file = tmp_path / "callsheet.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as fault:
        read_config(file)
    assert f"{file}:{line}: " in str(fault.value) and words in str(fault.value)
