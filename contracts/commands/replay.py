"""`contracts replay`: send a cassette again, and compare."""

from __future__ import annotations

import json
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.consent import YES, obtain_consent
from contracts.commands.options import CLEAN, FINDINGS, INTERRUPTED, SPECS, UNUSABLE, complain, telling
from openapi.manual import Command

if TYPE_CHECKING:
    from contracts.cassettes.replaying import Outcome
    from contracts.suite import Suite

MOCK = "mock"
FILE = "replay.json"


@click.command(cls=Command, short_help="Send a cassette again, and compare the answers field by field.")
@click.argument("cassette", metavar="CASSETTE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--target", metavar="mock|URL", default="", help="Where to: the mock in this process, or a server.")
@click.option("--profile", metavar="FILE", default="", help="Accounts and resources of a real endpoint.")
@SPECS
@click.option("--report", type=click.Choice(["json"]), help=f"Also written: {FILE}.")
@click.option(
    "--report-dir",
    metavar="DIR",
    default=".",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the report is written.",
)
@YES
@telling
def replay(cassette: Path, target: str, profile: str, report_dir: Path, **options: Any) -> int:
    """Send the exchanges of a cassette again, in their order, and compare the answers field by field.

    Exit code 0: all the same. 1: differences. 2: a cassette that cannot be used, nothing could be sent, or the budget
    was spent before the end. 130: interrupted.
    """
    from contracts.cassettes.reports import as_json, show
    from contracts.reports.terminal import open_console

    if not target and not profile:
        raise click.UsageError("where to? --target mock, --target URL, or a --profile that names a target")
    url = "" if target == MOCK else target
    suite, outcomes = _replayed(cassette, url, profile, options["specs"], yes=options["yes"])
    show(outcomes, suite.target_name, open_console())
    if options["report"]:
        told = as_json(outcomes, {"cassette": str(cassette), "target": suite.target_name})
        report_dir.mkdir(parents=True, exist_ok=True)
        (report_dir / FILE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if suite.stop.why:
        return complain(suite.stop.why, INTERRUPTED)
    if suite.guard is not None and suite.guard.over:
        return complain(suite.guard.over, UNUSABLE)
    if all(each.left_out for each in outcomes):
        return complain(f"{cassette}: nothing of it could be sent", UNUSABLE)
    return FINDINGS if any(each.differences for each in outcomes) else CLEAN


def _replayed(
    cassette: Path, url: str, profile: str, specs: tuple[Path, ...], *, yes: bool
) -> tuple[Suite, list[Outcome]]:
    """What comes of each entry, and the suite whose target they were sent to. Raises CassetteError and others."""
    from contracts.cassettes.adopting import Adopted, adopt
    from contracts.cassettes.entry import CassetteError
    from contracts.cassettes.file import read_cassette
    from contracts.cassettes.replaying import Replay
    from contracts.redaction.screen import keep_back
    from contracts.suite import Suite

    entries = read_cassette(cassette)
    if not entries:
        raise CassetteError(f"{cassette}: has no entries")
    apis = tuple(dict.fromkeys(each.api for each in entries if each.api))
    suite = Suite((*_known(apis, specs), *specs), url, profile)
    keep_back(lambda: suite.redactor)
    adopted = list(adopt(entries, suite.specs, str(cassette)))
    if not any(isinstance(each, Adopted) for each in adopted):
        names = ", ".join(suite.specs)
        raise CassetteError(f"{cassette}: none of its {len(entries)} requests is one of {names}")
    requests = f"{len(adopted)} requests of {cassette} are sent to {suite.target_name}, within the budget of {profile}"
    obtain_consent(suite, yes=yes, summary=lambda: requests)
    with closing(suite), suite.stop.listening() if suite.profile_path else nullcontext():
        return suite, list(Replay(suite.target, suite.accounts_of(suite.target)).play(adopted))


def _known(apis: tuple[str, ...], specs: tuple[Path, ...]) -> tuple[str, ...]:
    """The APIs of a cassette that come with the package and are told by no spec of the user's own."""
    from openapi.loader import names

    return tuple(each for each in apis if each in names() and each not in {path.stem for path in specs})
