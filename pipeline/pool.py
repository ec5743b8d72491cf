"""Workers: articles are extracted in processes that may die or be killed without harm to the others."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as TooLong
from contextlib import contextmanager, suppress
from typing import TypeVar

from pipeline.records import Article
from pipeline.rows import ArticleRows

K = TypeVar("K")
#: Seconds that one article may take.
LIMIT = 30.0
#: Articles that wait for each worker: enough that none stands idle, few enough that memory stays level.
WAITING = 4
#: Seconds that an interrupted run waits for a worker that is about to start.
STARTING = 10.0


def extract_rows(article: Article) -> ArticleRows:
    """All that one article gives, as rows."""
    from pipeline.flow import extract_article
    from pipeline.rows import flatten

    return flatten(extract_article(article))


def _load() -> None:
    """Load all that a worker needs, once; an interrupt is the main process's to handle."""
    from pipeline.tag import load_tagger, load_tokenizer

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_tokenizer(), load_tagger()


def _ready() -> None:
    """What a worker does first: nothing, but then it is up."""


@contextmanager
def _unbroken() -> Iterator[None]:
    """An interrupt that comes inside is raised at the end; outside the main thread none comes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


def _context() -> multiprocessing.context.BaseContext:
    """Fork from a clean server where there is one, which is quicker than a fresh start and as safe; else a fresh start."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipeline.preload"])
        return context
    return multiprocessing.get_context("spawn")


def extract_all(todo: Iterable[tuple[K, Article]], workers: int, limit: float = LIMIT, work: Callable[[Article], ArticleRows] = extract_rows) -> Iterator[tuple[K, Article, ArticleRows | str]]:
    """Each article with its rows, or with the reason why there are none, in the order of ``todo``.

    ``workers`` 0 extracts in this process, where nothing can be killed. A worker that dies or takes
    longer than ``limit`` seconds takes one article with it; a new one takes its place.
    """
    if not workers:
        for key, article in todo:
            try:
                yield key, article, work(article)
            except (RecursionError, MemoryError) as error:
                yield key, article, f"could not be read: {type(error).__name__}"
        return
    from pebble import ProcessExpired, ProcessFuture, ProcessPool

    pool = ProcessPool(max_workers=workers, context=_context(), initializer=_load)
    waiting: deque[tuple[K, Article, ProcessFuture[ArticleRows]]] = deque()
    ready: ProcessFuture[None] | None = None

    def first() -> tuple[K, Article, ArticleRows | str]:
        key, article, future = waiting.popleft()
        try:
            return key, article, future.result()
        except TooLong:
            return key, article, f"took longer than {limit:g} seconds"
        except ProcessExpired as error:
            return key, article, f"the process that read it died ({error.exitcode})"
        except Exception as error:  # a fault of ours on an odd text: told in one line, and the run goes on
            return key, article, f"could not be read: {type(error).__name__}: {error}"

    try:
        for key, article in todo:
            if ready is None:
                with _unbroken():  # the pool starts its workers here
                    ready = pool.schedule(_ready)
            waiting.append((key, article, pool.schedule(work, args=[article], timeout=limit)))
            if len(waiting) > WAITING * workers:
                yield first()
        while waiting:
            yield first()
    finally:
        if ready is not None:  # a worker that is cut off while it starts fills standard error
            with suppress(Exception):
                ready.result(timeout=STARTING)
        pool.stop()
        pool.join()
