"""Where articles come from: paths are walked, archives opened, every file given to the reader of its kind."""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import os
import re
import stat
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from pipeline.read.collections import COLLECTIONS, Columns
from pipeline.read.documents import DOCUMENTS, Document
from pipeline.read.text import make_article
from pipeline.records import Article, Rejected

#: Bytes of a file, bytes of what an archive unpacks to, and how many times its own size that may be.
MOST_RAW, MOST_UNPACKED, MOST_RATIO = 20_000_000, 50_000_000, 100
ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
SUFFIXES = (*DOCUMENTS, *COLLECTIONS, *ARCHIVES)
# A line that parts articles of one file: three or more of one sign, or a form feed.
BETWEEN = re.compile(r"(?m)^[ \t]*(?:([-=*_#~])(?:[ \t]*\1){2,}|\f)[ \t]*$\n?")
#: Characters that a part between such lines must have to be an article of its own.
LEAST_PART = 200


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``published``: the articles' date where none is told with them; ``split``: whether files are parted where they plainly hold several articles."""

    published: date | None = None
    shard: tuple[int, int] = (1, 1)
    columns: Columns = field(default_factory=Columns)
    split: bool = False


def shown(path: str | Path) -> str:
    """A path as text: bytes that are no UTF-8 become the replacement character."""
    return os.fsencode(path).decode("utf-8", "replace")


def suffix_of(name: str) -> str:
    """The ending that tells a file's kind, in small letters; that within for a packed file.

    >>> suffix_of("a/News.HTML"), suffix_of("x.jsonl.gz"), suffix_of("x.tar.gz"), suffix_of("README")
    ('.html', '.jsonl', '.tar.gz', '')
    """
    name = name.lower()
    for ending in ARCHIVES:
        if name.endswith(ending):
            return ending
    return PurePosixPath(name.removesuffix(".gz")).suffix


def list_files(paths: Iterable[str]) -> Iterator[Path | str | Rejected]:
    """Every file named by paths, folders and patterns, each once, in a stable order; '-' is standard input."""
    seen: set[tuple[int, int]] = set()
    for name in paths:
        if name == "-":
            yield "-"
            continue
        if "://" in name:
            yield from _remote(name)
            continue
        path = Path(name)
        if path.is_dir():
            found = False
            for file in _walk(path, set()):
                found = True
                yield from _once(file, seen)
            if not found:
                yield Rejected(shown(name), "no file of a kind that can be read in this folder")
        elif path.exists() or path.is_symlink():
            yield from _once(path, seen)
        elif glob.has_magic(name) and (matches := sorted(glob.glob(name, recursive=True))):
            yield from list_files(matches)
        else:
            yield Rejected(shown(name), "no such file or folder")


def _remote(url: str) -> Iterator[str | Rejected]:
    """The files at an fsspec URL (s3://, gs://, file:// …), in order."""
    try:
        import fsspec

        fs, path = fsspec.core.url_to_fs(url)
        found = sorted(fs.find(path))
    except (ImportError, ValueError, OSError) as error:
        yield Rejected(url, f"cannot be opened: {error}")
        return
    yield from (fs.unstrip_protocol(f) for f in found if f == path or suffix_of(f) in SUFFIXES)
    if not found:
        yield Rejected(url, "no such file or folder")


def list_names(paths: Iterable[str]) -> Iterator[str | Rejected]:
    """The files of ``list_files`` by name, for those who read them elsewhere."""
    for file in list_files(paths):
        yield str(file.resolve()) if isinstance(file, Path) else file


def _walk(folder: Path, above: set[tuple[int, int]]) -> Iterator[Path]:
    """Files of a kind that can be read, folder by folder; a link to a folder above leads nowhere; hidden ones and READMEs are passed over."""
    here = folder.stat()
    if (here.st_dev, here.st_ino) in above:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), above | {(here.st_dev, here.st_ino)})
        elif suffix_of(entry.name) in SUFFIXES and not entry.name.upper().startswith("README"):
            yield Path(entry.path)


def _once(file: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Rejected]:
    try:
        info = file.stat()
    except OSError as error:
        yield Rejected(shown(file), error.strerror or str(error))
        return
    if not stat.S_ISREG(info.st_mode):
        yield Rejected(shown(file), "not a regular file")
    elif (info.st_dev, info.st_ino) not in seen:
        seen.add((info.st_dev, info.st_ino))
        yield file


def count_sources(paths: Sequence[str]) -> int:
    """How many files there are to read; an archive or a table counts as one."""
    return sum(1 for _ in list_files(paths))


def holds_many(paths: Sequence[str]) -> bool:
    """Whether some source is of a kind that may hold many articles."""
    return any(suffix_of(str(f)) in (*COLLECTIONS, *ARCHIVES) for f in list_files(paths) if not isinstance(f, Rejected))


def signature(paths: Sequence[str]) -> str:
    """Changes when a named file comes, goes or is written."""
    digest = hashlib.sha256()
    for file in list_files(p for p in paths if p != "-"):
        if isinstance(file, Path):
            try:
                info = file.stat()
            except OSError:
                continue
            digest.update(f"{shown(file)}\0{info.st_size}\0{info.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read_articles(paths: Iterable[str], options: ReadOptions | None = None) -> Iterator[Article | Rejected]:
    """Every article of every source, or why it could not be read; ids are not yet told apart."""
    options = options or ReadOptions()
    part, parts = options.shard
    for source in list_files(paths):
        if isinstance(source, Rejected):
            yield source
            continue
        name = "stdin" if source == "-" else shown(source)
        if parts > 1 and int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts != part - 1:
            continue
        try:
            if source == "-":
                raw = sys.stdin.buffer.read(MOST_RAW + 1)
            elif isinstance(source, str):
                import fsspec

                with fsspec.open(source, "rb") as file:
                    raw = file.read(MOST_RAW + 1)
            else:
                with open(source, "rb") as file:
                    raw = file.read(MOST_RAW + 1)
        except OSError as error:
            yield Rejected(name, error.strerror or str(error))
            continue
        yield from read_bytes(raw, "-" if source == "-" else name, options)


def read_bytes(raw: bytes, source: str, options: ReadOptions, packed: bool = False) -> Iterator[Article | Rejected]:
    """The articles of one file's bytes, by the ending of its name."""
    suffix = suffix_of(source)
    try:
        if len(raw) > MOST_RAW:
            raise ValueError(f"larger than {MOST_RAW // 1_000_000} MB")
        if source.lower().endswith(".gz") and suffix not in ARCHIVES:
            raw = _gunzip(raw)
        if suffix in ARCHIVES:
            if packed:
                raise ValueError("an archive within an archive is not opened")
            for name, member in _members(raw, suffix):
                yield from [Rejected(f"{source}/{name}", member)] if isinstance(member, str) else read_bytes(member, f"{source}/{name}", options, True)
        elif suffix in COLLECTIONS:
            for key, item in COLLECTIONS[suffix](raw, options.columns):
                place = f"{source}#{key}"
                yield Rejected(place, item) if isinstance(item, str) else _article(item, place, f"{_stem(source)}-{key}" if key.isdigit() else key, options)
        else:
            document = DOCUMENTS.get(suffix, DOCUMENTS[".txt"])(raw)
            parts = _parts(document) if options.split else [document]
            for n, one in enumerate(parts, 1):
                yield _article(one, source if len(parts) == 1 else f"{source}#{n}", _stem(source) if len(parts) == 1 else f"{_stem(source)}-{n}", options)
    except ValueError as error:
        yield Rejected(source, str(error), hashlib.sha256(raw).hexdigest())
    except ImportError as error:
        yield Rejected(source, str(error), hashlib.sha256(raw).hexdigest())
    except Exception as error:  # a library's fault on a broken file: the file stands aside, the rest goes on
        yield Rejected(source, f"broken {suffix.lstrip('.') or 'file'}: {type(error).__name__}", hashlib.sha256(raw).hexdigest())


def _stem(source: str) -> str:
    name = source.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".gz")
    return PurePosixPath(name).stem if name not in ("-", "") else "stdin"


def _article(document: Document, source: str, name: str, options: ReadOptions) -> Article:
    article_id = re.sub(r"[^\w.-]+", "-", name).strip("-")[:120] or "article"
    return make_article(document.text, source, article_id, options.published or document.published, document.title, document.publisher, document.encoding)


def _parts(document: Document) -> list[Document]:
    """The articles of a file that holds several, parted by ruled lines; the file itself where it does not."""
    ends = [m.span() for m in BETWEEN.finditer(document.text)]
    bounds = zip([0, *(b for _, b in ends)], [*(a for a, _ in ends), len(document.text)], strict=True)
    texts = [t for a, b in bounds if len((t := document.text[a:b]).strip()) >= LEAST_PART]
    return [Document(t, published=document.published, publisher=document.publisher, encoding=document.encoding) for t in texts] if len(texts) > 1 else [document]


def _gunzip(raw: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(raw)) as file:
            unpacked = file.read(min(MOST_UNPACKED, MOST_RATIO * len(raw)) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"broken gzip: {error}") from error
    if len(unpacked) > min(MOST_UNPACKED, MOST_RATIO * len(raw)):
        raise ValueError(f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB or {MOST_RATIO} times its size")
    return unpacked


def _members(raw: bytes, suffix: str) -> Iterator[tuple[str, bytes | str]]:
    """The files of an archive in order of name, or why one is passed over; nothing is written anywhere."""
    left = min(MOST_UNPACKED, MOST_RATIO * len(raw))
    too_much = f"the archive unpacks to more than {MOST_UNPACKED // 1_000_000} MB or {MOST_RATIO} times its size"
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                if info.is_dir() or suffix_of(info.filename) not in SUFFIXES:
                    continue
                if info.flag_bits & 1:
                    yield info.filename, "encrypted"
                    continue
                with archive.open(info) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise ValueError(too_much)
                yield info.filename, content
        return
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = []
        for member in tar:
            left -= member.size
            if left < 0:
                raise ValueError(too_much)
            if member.isfile() and suffix_of(member.name) in SUFFIXES:
                members.append(member)
        for member in sorted(members, key=lambda m: m.name):
            opened = tar.extractfile(member)
            yield member.name, opened.read() if opened else "not a regular file"
