"""Asking whoever is at the terminal before another machine is contacted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contracts.suite import Suite
    from openapi.clauses import Clause

PLANNED = "`contracts plan` tells what would be sent there, and --yes that it may be"
YES = click.option(
    "--yes",
    is_flag=True,
    help="Contact a host that is not this machine, or empty a mock that holds tasks, without asking first.",
)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who may be asked."""

    is_there: Callable[[], bool] = lambda: sys.stdin.isatty() and sys.stderr.isatty()
    tell: Callable[[str], None] = lambda text: click.echo(text, err=True)
    ask: Callable[[str], str] = lambda text: str(click.prompt(text, default="", show_default=False, err=True))


def obtain_consent(suite: Suite, *, yes: bool, summary: Callable[[], str], terminal: Terminal = Terminal()) -> None:
    """Let the suite contact its target, if that is this machine, or `yes`, or the name of the host is typed.

    So is a mock that holds tasks emptied. Raises ClickException where it may not; nothing was changed then.
    """
    from contracts.safety.consent import foreign_host

    suite.check_address()
    host = foreign_host(suite.url or suite.profile.target)
    if host and not yes and suite.profile.accounts:
        require_name(host, PLANNED, summary, terminal)
    if suite.url and suite.is_mock and not yes:
        _require_room(suite, terminal)
    suite.consented = True


def _require_room(suite: Suite, terminal: Terminal) -> None:
    """Let whoever works with a mock say so before it is emptied. Raises ClickException, Unreachable, ValueError."""
    from urllib.parse import urlsplit

    held = suite.count_tasks()
    if not held:
        return
    why = f"{suite.url} is a mock that holds {held} task{'s' * (held > 1)}; a run empties it and moves its clock"
    if not terminal.is_there():
        raise click.ClickException(f"{why}: --yes lets it; nothing was changed")
    terminal.tell(f"{why}.")
    host = str(urlsplit(suite.url).hostname)
    if terminal.ask(f"Type {host} to go on").strip() != host:
        raise click.ClickException("nothing was changed")


def require_name(host: str, otherwise: str, summary: Callable[[], str], terminal: Terminal = Terminal()) -> None:
    """Let somebody type the name of a host, once they have read a summary; where nobody can, say what else there is.

    Raises ClickException where the host may not be contacted.
    """
    if not terminal.is_there():
        raise click.ClickException(f"{host} is not this machine: {otherwise}; nothing was sent")
    terminal.tell(summary())
    if terminal.ask(f"Type {host} to go on").strip() != host:
        raise click.ClickException("nothing was sent")


def summary_of(suite: Suite, clauses: list[Clause]) -> str:
    """The plan of a run in a few lines."""
    from contracts.planning.plan import make_plan
    from contracts.planning.rehearsal import RehearsedSuite
    from contracts.planning.telling import summary

    click.echo("Rehearsing the run, to tell what it would send …", err=True)
    rehearsed = RehearsedSuite(suite.apis, suite.url, suite.profile_path, suite.run)
    return summary(make_plan(rehearsed, clauses, is_whole=False))
