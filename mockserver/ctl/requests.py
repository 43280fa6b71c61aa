"""What clients sent to a running mock, and how they behave: from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import as_text, ctl, telling
from openapi.manual import Api

if TYPE_CHECKING:
    from mockserver.client.control import Control

WHICH = ("api", "operation", "account", "code", "status", "path", "fault", "since")


def _rows(found: Any) -> Any:
    """What of each exchange fits on a line."""
    return [*map(_row, found)] if isinstance(found, list) else found


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    from mockserver.client.explanation import explain

    names = ("number", "at", "api", "operation", "code")
    known = {name: found[name] for name in names} | {"fault": " ".join(found["fault"])}
    return {**known, "status": found["response"]["status"], "message": "; ".join(explain(found))}


@ctl.command()
@click.option("--api", default="", type=Api(), help="Only of this API.")
@click.option("--operation", default="", help="Only of this operation.")
@click.option("--account", default="", help="Its number.")
@click.option("--code", default="", help="The provider's error code.")
@click.option("--status", type=click.IntRange(0, 999), default=0, help="HTTP's, of the answer.")
@click.option("--path", default="", help="A pattern as shells have them: '/v1/*'.")
@click.option("--fault", default="", help="The same, of the fault that showed: '*' is any.")
@click.option("--since", type=click.IntRange(0), default=0, help="Only those with a greater number.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest so many.")
@click.option("--clear", is_flag=True, help="Forget them all; the numbers go on.")
@telling(_rows)
def requests(control: Control, *, clear: bool, **wanted: Any) -> object:
    """List what clients sent, how it was answered, and why a signature did not match; or forget it."""
    if not clear:
        return control.requests(**wanted)
    chosen = [name for name in WHICH if wanted[name]]
    if chosen:
        raise ValueError(f"--clear forgets all of them; it does not go with --{chosen[0]}")
    control.forget_requests()
    return "forgotten: the requests"


@ctl.command()
@click.argument("number", type=click.IntRange(1))
@telling(as_text)
def request(control: Control, number: int) -> object:
    """Show everything about one request, its answer, and what was wrong with it."""
    return control.request(number)


@ctl.command()
@click.option("--account", default="", help="Its number; without it, whoever called.")
@telling()
def report(control: Control, account: str) -> object:
    """Tell how well a client behaves, habit by habit."""
    return control.client_report(account)
