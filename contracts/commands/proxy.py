"""`contracts proxy`: stand between a client and a server, and judge what passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from contracts.commands.options import INTERRUPTED, SPECS, UNUSABLE, complain, telling
from contracts.commands.outcome import reported, reporting, tell
from contracts.hosts import is_loopback
from openapi.amounts import Amount
from openapi.manual import Api, Command

if TYPE_CHECKING:
    from contracts.profiles import Profile
    from contracts.proxy.court import Court
    from contracts.proxy.sitting import Options, Sitting
    from openapi.model import Spec

PORT = 4030
AUTHORITY = "contracts-proxy-authority.pem"


@click.command(cls=Command, short_help="Stand between a client and a server, and judge what passes.")
@click.argument("apis", nargs=-1, type=Api(), metavar="[API ...]")
@click.option("--target", metavar="URL", default="", help="The server that everything is passed on to.")
@click.option("--profile", metavar="FILE", default="", help="Names the target and the accounts that are kept secret.")
@SPECS
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen.", show_default=True)
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any.")
@click.option("--allow-remote", is_flag=True, help="Let other machines connect; all they send is passed on.")
@click.option("--tls", is_flag=True, help="Speak TLS too, and read tunnels, by an authority made for this run.")
@click.option(
    "--authority", metavar="FILE", default=AUTHORITY, show_default=True, help="Where its certificate is written."
)
@click.option(
    "--host-header",
    type=click.Choice(["client", "target"]),
    default="client",
    show_default=True,
    help="The Host that the server sees: as the client sent and signed it, or that of the target.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=Amount(0.1),
    default=120.0,
    show_default=True,
    help="After which a connection is given up on which nothing moves.",
)
@click.option("--for", "seconds", metavar="SECONDS", type=Amount(0), default=0.0, help="End after that.")
@click.option(
    "--until-idle",
    "idle",
    metavar="SECONDS",
    type=Amount(0),
    default=0.0,
    help="End after that without traffic.",
)
@reported
@telling
def proxy(report: tuple[str, ...], report_dir: str, baseline: str, *, durations: bool, **given: Any) -> int:
    """Pass everything on unchanged, and report every exchange that breaks a documented clause.

    Nothing is sent but what the client sends. Ctrl-C ends it, and reports.
    """
    from contracts.redaction.screen import keep_back
    from contracts.reports.terminal import open_console

    profile, specs = _known(given)
    told = reporting(report, report_dir, baseline, durations=durations)
    options = _options(given, profile)
    console = open_console(error=True)
    court = _court(options, specs, profile, console)
    keep_back(lambda: court.redactor)
    told.check_names(clause.id for clause in court.clauses)
    sitting = _sitting(options, specs, given, court)
    for line in _warnings(options):
        console.print(line, style="yellow", markup=False, soft_wrap=True)
    result = sitting.run(lambda port: _greet(sitting, port, console))
    if result.stopped:
        return complain("interrupted", INTERRUPTED)
    _sum_up(sitting, console)
    if not sitting.court.judged and not result.mistakes:
        return complain("nothing was judged: no exchange with a documented operation has passed", UNUSABLE)
    return tell(result, specs, told)


def _known(given: dict[str, Any]) -> tuple[Profile, dict[str, Spec]]:
    """The profile, and the specs of the APIs that are judged."""
    from contracts.profiles import Profile, api_of, load_profile
    from openapi.loader import load_all

    named = [*given["apis"], *given["specs"]]
    path = Path(given["profile"]) if given["profile"] else None
    if path is not None and not named:
        named = [api_of(path)]
    specs = load_all(tuple(named))
    return (load_profile(path, specs=specs) if path else Profile()), specs


def _options(given: dict[str, Any], profile: Profile) -> Options:
    from contracts.proxy.sitting import Options
    from contracts.proxy.upstream import upstream

    target = given["target"] or profile.target
    if not target:
        raise click.UsageError("give --target URL, the server that everything is passed on to")
    if not given["allow_remote"] and not is_loopback(given["host"]):
        raise click.UsageError(
            f"--host {given['host']!r} lets other machines send through this proxy, with nothing that asks who they "
            "are: add --allow-remote if that is meant"
        )
    return Options(
        upstream=upstream(target),
        host=given["host"],
        port=given["port"],
        authority=Path(given["authority"]) if given["tls"] else None,
        keeps_host=given["host_header"] == "client",
        patience=given["timeout"],
        seconds=given["seconds"],
        idle=given["idle"],
    )


def _court(options: Options, specs: dict[str, Spec], profile: Profile, console: Console) -> Court:
    from contracts.proxy.court import Court
    from contracts.proxy.live import Live
    from contracts.redaction import redactor_of

    redactor = redactor_of(profile.accounts)
    court = Court(specs, options.upstream.url, lambda _: None, redactor)
    court.tell = Live(console, redactor, court.text).tell
    return court


def _sitting(options: Options, specs: dict[str, Spec], given: dict[str, Any], court: Court) -> Sitting:
    from contracts.proxy.sitting import Sitting

    named = frozenset(Path(each).stem for each in (*given["apis"], *given["specs"]))
    return Sitting(options, specs, named, court)


def _warnings(options: Options) -> Iterator[str]:
    """What the user has to know of where things go."""
    upstream = options.upstream
    if upstream.tls is None and not is_loopback(upstream.host):
        yield f"{upstream.url} is plain http: whoever is on the way can read what is sent there, tokens included."
    if not is_loopback(options.host):
        yield f"Whoever reaches {options.host} can send through this proxy: nothing asks who they are."


def _greet(sitting: Sitting, port: int, console: Console) -> None:
    """Say where it listens, and how a client gets there."""
    options = sitting.options
    host = f"[{options.host}]" if ":" in options.host else options.host
    lines = [f"http://{host}:{port} stands before {options.upstream.url}; Ctrl-C ends it and reports."]
    if options.authority:
        lines.append(f"It speaks TLS too; clients have to trust {options.authority}, which is good for this run alone.")
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _sum_up(sitting: Sitting, console: Console) -> None:
    """How much has passed, and how much of it was judged."""
    hub, court = sitting.hub, sitting.court
    line = f"{hub.passed} exchange{'' if hub.passed == 1 else 's'} passed, {court.judged} judged"
    if hub.unjudged:
        line += f"; {hub.unjudged} came faster than they could be judged"
    console.print(f"{line}.\n", markup=False, soft_wrap=True)
