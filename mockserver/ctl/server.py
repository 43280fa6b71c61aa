"""A running mock as a whole: what it serves, counts and tells, from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import as_text, ctl, telling
from openapi.amounts import Amount
from openapi.manual import Api
from openapi.streams import visible_line

if TYPE_CHECKING:
    from mockserver.client.control import Control


@ctl.command()
@click.option("--wait", type=Amount(0, 600), default=0, help="Seconds to give a mock that is starting.")
@telling()
def health(control: Control, wait: float) -> object:
    """Tell whether the mock runs; the exit code is 2 when it does not. What it serves is told with the token alone."""
    return control.health(wait)


def _rows(found: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "hosts": " ".join(each["hosts"])} for each in found]


@ctl.command()
@telling(_rows)
def routes(control: Control) -> object:
    """List every operation, and how it is addressed."""
    return control.routes()


@ctl.command()
@click.argument("api", type=Api())
@telling(as_text)
def spec(control: Control, api: str) -> object:
    """Print the OpenAPI document of an API, served here."""
    return control.spec(api)


@ctl.command()
@telling(as_text)
def openapi(control: Control) -> object:
    """Print the OpenAPI document of the control plane itself."""
    return control.openapi()


@ctl.command()
@telling()
def metrics(control: Control) -> object:
    """Print what is counted, as Prometheus reads it."""
    return control.metrics().rstrip("\n")


def _line(event: Mapping[str, Any]) -> str:
    data = event["data"]
    names = ("number", "method", "path", "status", "api", "operation", "code", "message", "what")
    said = [str(each) for each in (event["event"], *map(data.get, names)) if each not in (None, "")]
    return visible_line(" ".join(said))


@ctl.command()
@click.option("--after", default="", metavar="POSITION", help="Go on from there: the `id` of an event.")
@click.option("--backlog", type=click.IntRange(0), default=0, help="The last so many requests first.")
@click.option("--limit", type=click.IntRange(1), help="End after so many events; goes on without it.")
@telling(_line)
def events(control: Control, after: str, backlog: int, limit: int | None) -> Iterator[object]:
    """Follow what happens: requests as they come, and what is changed from outside."""
    return islice(control.events(after, backlog), limit)


@ctl.command()
@telling()
def reset(control: Control) -> object:
    """Forget every task, limit, fault and request; the clock stays."""
    control.reset()
    return "everything is forgotten but the time"
