"""A user's own names, without code: ``callsheet.toml``.

    [[company]]
    name = "Tall Ship Productions"
    kind = "production company"
    aliases = ["Tall Ship"]
    wikidata = "Q7680090"

    [[show]]
    title = "Star City"
    kind = "series"
    tvmaze = "77245"

    [[person]]
    name = "Ronald D. Moore"
    aliases = ["Ron Moore"]
    imdb = "nm0601822"

    [[role]]
    role = "Executive Producer"
    nouns = ["executive in charge of production"]

    [never]
    shows = ["The Daily Brief"]
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from pydantic import ValidationError

NAME = "callsheet.toml"
#: How the file's path reaches the processes that read.
VARIABLE = "CALLSHEET_CONFIG"
#: External ids that stand in the tables of shows, people and companies.
EXTERNAL = ("wikidata", "imdb", "tvmaze")


class ConfigError(ValueError):
    """A fault in the file, with file and line."""


@dataclass(frozen=True, slots=True)
class Known:
    """A show, person or company as the user knows it: kind (show, person, company), its name, subkind, other names, external ids."""

    kind: str
    name: str
    subkind: str
    aliases: tuple[str, ...]
    ids: tuple[str, str, str]

    @property
    def key(self) -> str:
        return key_of(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Config:
    known: tuple[Known, ...] = ()
    nouns: tuple[tuple[str, str], ...] = ()
    never: frozenset[str] = frozenset()

    def of_kind(self, kind: str) -> tuple[Known, ...]:
        return tuple(k for k in self.known if k.kind == kind)


def key_of(kind: str, name: str) -> str:
    """The key by which entities are joined over articles."""
    from pipeline.normalize import company_key, entity_key  # the vocabulary, on which these stand, reads the config

    return company_key(name) if kind == "company" else entity_key(name)


def use_config(path: Path | None) -> None:
    """Take a config for this process and those that it starts: the one named, else ``callsheet.toml`` here; raises ``ConfigError``."""
    if path is None and not Path(NAME).exists():
        os.environ.pop(VARIABLE, None)
        return
    file = (path or Path(NAME)).resolve()
    read_config(file)
    os.environ[VARIABLE] = str(file)


def config() -> Config:
    """The config in use; an empty one where there is none."""
    file = os.environ.get(VARIABLE)
    return _read_once(file) if file else Config()


def config_bytes() -> bytes:
    """What of the config decides results, for the fingerprint."""
    file = os.environ.get(VARIABLE)
    return Path(file).read_bytes() if file else b""


@lru_cache(maxsize=2)
def _read_once(file: str) -> Config:
    return read_config(Path(file))


@lru_cache(maxsize=2)
def known_entities(conf: Config) -> dict[tuple[str, str], Known]:
    """(kind, key of a name or other name) -> the user's entity."""
    return {(k.kind, key_of(k.kind, n)): k for k in conf.known for n in (*k.aliases, k.name)}


def read_config(file: Path) -> Config:
    """A config from its file; raises ``ConfigError`` with file and line for every fault."""
    from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

    from pipeline import vocabulary as v

    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"{file}:{place[1] if place else 1}: {str(error).split(' (at')[0]}") from None

    class Model(BaseModel):
        model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_min_length=1)

    class Entity(Model):
        aliases: tuple[str, ...] = ()
        wikidata: str | None = None
        imdb: str | None = None
        tvmaze: str | None = None

    class Company(Entity):
        name: str
        kind: Annotated[str, AfterValidator(_one_of(v.COMPANY_KINDS))] = "other"

    class Show(Entity):
        title: str
        kind: Annotated[str, AfterValidator(_one_of(v.SHOW_KINDS))] = "series"

    class Person(Entity):
        name: str

    class Role(Model):
        role: Annotated[str, AfterValidator(_one_of(v.role_groups()))]
        nouns: tuple[str, ...]

    class Never(Model):
        shows: tuple[str, ...] = ()

    class File(Model):
        company: tuple[Company, ...] = ()
        show: tuple[Show, ...] = ()
        person: tuple[Person, ...] = ()
        role: tuple[Role, ...] = ()
        never: Never = Never()

    try:
        told = File.model_validate(raw)
    except ValidationError as error:
        raise ConfigError("\n".join(_faults(file, text, error))) from None
    entities: list[tuple[str, str, str, Entity]] = [("company", c.name, c.kind, c) for c in told.company]
    entities += [("show", s.title, s.kind, s) for s in told.show] + [("person", p.name, "", p) for p in told.person]
    known = tuple(Known(kind, name, sub, tuple(e.aliases), (e.wikidata or "", e.imdb or "", e.tvmaze or "")) for kind, name, sub, e in entities)
    from pipeline.normalize import entity_key

    owner: dict[tuple[str, str], str] = {}
    for k in known:
        for name in (k.name, *k.aliases):
            if (old := owner.setdefault((k.kind, entity_key(name)), k.name)) != k.name:
                raise ConfigError(f"{file}:{_line_of(text, name)}: {name!r} is already a name of {old!r}")
    return Config(known, tuple((r.role, n) for r in told.role for n in r.nouns), frozenset(v.fold_title(t) for t in told.never.shows))


def _one_of(values: Collection[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"is none of {', '.join(values)}")
        return value

    return check


def _faults(file: Path, text: str, error: ValidationError) -> list[str]:
    out = []
    for fault in error.errors():
        place = [str(p) for p in fault["loc"]]
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "is not known here"
        elif fault["type"] == "missing":
            message = "is missing"
        name = next((p for p in reversed(place) if not p.isdigit()), "")
        value = f" {fault['input']!r}" if isinstance(fault["input"], str) else ""
        out.append(f"{file}:{_line_at(text, place)}: {name}{value} {message}")
    return out


def _line_at(text: str, place: list[str]) -> int:
    """The line of a value in a TOML text: its key after the n-th header of its table, else that header, else the first."""
    lines = text.splitlines()
    table = place[0]
    index = int(place[1]) if len(place) > 1 and place[1].isdigit() else 0
    heads = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[?\s*{re.escape(table)}\s*\]", line)]
    if not heads:
        return next((n for n, line in enumerate(lines, 1) if re.match(rf"\s*{re.escape(table)}\s*=", line)), 1)
    start = heads[min(index, len(heads) - 1)]
    for n in range(start + 1, len(lines)):
        if lines[n].lstrip().startswith("["):
            break
        if any(re.match(rf"\s*{re.escape(p)}\s*=", lines[n]) for p in place[1:]):
            return n + 1
    return start + 1


def _line_of(text: str, name: str) -> int:
    places = [n for n, line in enumerate(text.splitlines(), 1) if name in line]
    return places[-1] if places else 1
