"""Past one machine: the same extraction on Dask, whose workers read the sources and write Parquet that is then consolidated here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.config import VARIABLE
from pipeline.flow import Options, Result, article_key, write_run
from pipeline.pool import extract_rows
from pipeline.read import list_names, read_articles
from pipeline.records import Rejected
from pipeline.rows import ArticleRows
from pipeline.store import FOLDER, Store, fingerprint, open_store
from pipeline.write import finish_writing

#: Sources that one task reads, and times that Dask tries a task whose worker died.
SHARE, RETRIES = 50, 3
COLUMNS = ("key", "source", "stem", "reason", "sha256", "article", "rows")


def run_dask(paths: Sequence[str], output: Path, options: Options, scheduler: str, progress: Callable[[int], None], parts: str = "") -> Result:
    """As ``flow.run_files``, on the Dask cluster at ``scheduler``, or on one of this machine's own where that is ''.

    ``parts`` is a folder or fsspec URL that all workers can write to; by default in the output folder.
    """
    try:
        import fsspec
        import pyarrow  # noqa: F401
        from distributed import Client, LocalCluster, as_completed
    except ImportError as error:
        raise ImportError(f"--engine dask needs {error.name}: install callsheet[dask]") from None
    result = Result()
    with open_store(output) as store:
        finish_writing(output)
        run = store.begin()
        where = (parts or str((output / FOLDER / "parts").resolve())).rstrip("/")
        fs, root = fsspec.core.url_to_fs(where)
        if fs.exists(root):
            fs.rm(root, recursive=True)
        fs.makedirs(root, exist_ok=True)
        names: list[str] = []
        for item in list_names(paths):
            if isinstance(item, Rejected):
                store.note(run, item.source, "", None, item.reason, item.sha256)
                progress(1)
            else:
                names.append(item)
        cluster = None if scheduler else LocalCluster(n_workers=options.workers or None, threads_per_worker=1, dashboard_address=None)
        try:
            with Client(scheduler or cluster) as client:
                shares = [(names[i : i + SHARE], f"{where}/part-{i // SHARE:06}.parquet") for i in range(0, len(names), SHARE)]
                mark, config = fingerprint(), os.environ.get(VARIABLE, "")
                waiting = {client.submit(read_share, share, options, mark, config, part, retries=RETRIES, pure=False): (len(share), part) for share, part in shares}
                for future in as_completed(waiting):
                    future.result()
                    count, part = waiting[future]
                    _load(store, run, part, result)
                    store.commit()
                    progress(count)
        finally:
            if cluster is not None:
                cluster.close()
        result.rejected = [Rejected(*r) for r in store.rejected(run)]
        if options.keep_removed:
            store.keep_removed(run)
        if store.count(run)[0]:
            result.removed = store.removed(run)
            write_run(store, run, output, options, result)
        fs.rm(root, recursive=True)
    return result


def read_share(names: Sequence[str], options: Options, mark: str, config: str, part: str) -> int:
    """A task: read and extract some sources and write what they gave as one Parquet file; how many rows it has.

    It is written under another name first, so that a file that stands is whole.
    """
    import fsspec
    import pyarrow as pa
    from pyarrow import parquet

    if config:
        os.environ[VARIABLE] = config
    rows: list[tuple[str, ...]] = []
    for item in read_articles(names, replace(options.read, shard=(1, 1))):
        if isinstance(item, Rejected):
            rows.append(("", item.source, "", item.reason, item.sha256, "", ""))
            continue
        found = extract_rows(item)
        rows.append((article_key(item, mark), item.source, item.article_id, "", "", json.dumps(found.article), json.dumps(found.rows)))
    table = pa.table({c: [r[n] for r in rows] for n, c in enumerate(COLUMNS)}, schema=pa.schema([(c, pa.string()) for c in COLUMNS]))
    fs, path = fsspec.core.url_to_fs(part)
    with fs.open(f"{path}.tmp", "wb") as out:
        parquet.write_table(table, out)
    fs.mv(f"{path}.tmp", path)
    return len(rows)


def _load(store: Store, run: int, part: str, result: Result) -> None:
    for row in _read_part(part):
        if row["reason"]:
            store.note(run, row["source"], "", None, row["reason"], row["sha256"])
            continue
        result.extracted += store.find(row["key"]) is None
        rows = {t: [tuple(r) for r in told] for t, told in json.loads(row["rows"]).items()}
        store.note(run, row["source"], row["stem"], store.add(row["key"], ArticleRows(tuple(json.loads(row["article"])), rows)))


def _read_part(part: str) -> Iterator[dict[str, Any]]:
    import fsspec
    from pyarrow.parquet import ParquetFile

    with fsspec.open(part, "rb") as file:
        for batch in ParquetFile(file).iter_batches(64):
            yield from batch.to_pylist()
