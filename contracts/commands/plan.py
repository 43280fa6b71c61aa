"""`contracts plan`: what a run on a real endpoint would send, and what that costs; sends nothing."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.options import SPECS, effort, telling
from openapi.manual import Api, Command

if TYPE_CHECKING:
    from contracts.reports.progress import Progress
    from openapi.clauses import Clause


@dataclass(frozen=True, slots=True)
class Watched:
    """Shows how far a rehearsal is."""

    progress: Progress
    began: float = field(default_factory=time.monotonic)

    def begin(self, line: str, total: int) -> None:
        """A part begins."""
        self.progress.begin_part(line, total)

    def step(self, clause: Clause) -> None:
        """One more clause is judged."""
        self.progress.step({"verdict": "", "id": clause.id}, time.monotonic() - self.began)


@click.command(cls=Command, short_help="Tell what a run on a real endpoint would send; send nothing.")
@click.argument("apis", nargs=-1, type=Api(), metavar="[API ...]")
@click.option("--profile", metavar="FILE", default="", help="What the run would be given.  [required]")
@click.option("--target", metavar="URL", default="", help="The server, where the profile names none.")
@SPECS
@click.option("-k", "select", metavar="EXPR", default="", help="Only clauses whose id matches, as in a run.")
@click.option("--quick", is_flag=True, help="Each clause once, without fuzzing.")
@effort
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@telling
def plan(apis: tuple[str, ...], specs: tuple[Path, ...], *, as_json: bool, **options: Any) -> None:
    """Rehearse a run with a profile inside this process, and tell what it would send, create, download and use up.

    It also tells which clauses would stay unobserved, and which entries of the profile would change that.
    """
    from contracts.calls.client import Run
    from contracts.planning.plan import make_plan
    from contracts.planning.rehearsal import RehearsedSuite
    from contracts.planning.telling import plan_text
    from contracts.reports.progress import Progress
    from contracts.reports.terminal import open_console
    from contracts.selection import chosen

    if not options["profile"]:
        named = apis[0] if len(apis) == 1 else "API"
        raise click.UsageError(
            f"a run is planned by its profile: give --profile FILE; `contracts init {named}` writes one"
        )
    run = Run(options["seed"], options["max_examples"], options["patience"])
    suite = RehearsedSuite((*apis, *specs), options["target"], options["profile"], run)
    selected = chosen(suite.clauses, options["select"], quick=options["quick"])
    if not selected:
        raise click.ClickException(f"no clause matches -k {options['select']!r}; `contracts clauses` lists them all")
    watched = Watched(Progress(open_console(error=True), did="rehearsed"))
    found = make_plan(suite, selected, watched)
    watched.progress.clear()
    click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1) if as_json else plan_text(found))
