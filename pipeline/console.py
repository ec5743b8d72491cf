"""What every command shares: the application, the two consoles, and how it fails."""

from __future__ import annotations

import typer
from rich.console import Console

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Read film and TV trade news, write normalized tables.", pretty_exceptions_enable=False, rich_markup_mode=None)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def fail(message: str) -> typer.Exit:
    """One clear line on standard error, and exit code 2."""
    err.print(f"callsheet: {message}", soft_wrap=True, markup=False)
    return typer.Exit(2)


def one_line(text: str) -> str:
    """A text that cannot break its line, as names of files can."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
