"""What clients sent to a running mock, asserted from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import assignment, ctl, telling
from openapi.amounts import Amount

if TYPE_CHECKING:
    from mockserver.client.control import Control

OFTEN = ("times", "at_least", "at_most")
NAMES = ("api", "code", "status", "path", "method")
READS = "mockserver ctl verify OPERATION [NAME=VALUE ...], --order, --pause, --nothing or --habit"


def _sentence(found: Mapping[str, Any]) -> str:
    numbers = ", ".join(str(each["number"]) for each in found["exchanges"])
    return f"{found['sentence']} ({numbers})" if numbers else str(found["sentence"])


@ctl.command()
@click.argument("operation", required=False)
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE ...]")
@click.option("--times", type=click.IntRange(0), help="It was sent exactly so often; at least once without it.")
@click.option("--at-least", type=click.IntRange(0), help="It was sent so often, or more often.")
@click.option("--at-most", type=click.IntRange(0), help="It was sent so often, or less often.")
@click.option("--api", help="It was sent to this API.")
@click.option("--method", help="It has this method.")
@click.option("--path", help="Its path is like this pattern: '/v1/*'.")
@click.option("--header", "headers", multiple=True, metavar="NAME:PATTERN", help="It has this header; may be repeated.")
@click.option("--status", type=int, help="It was answered with this status.")
@click.option("--code", help="It was answered with the provider's error code.")
@click.option("--accepted/--refused", default=None, help="Whether it was.")
@click.option("--order", multiple=True, metavar="OPERATION", help="These came one after another; repeated for each.")
@click.option("--pause", type=Amount(0), metavar="SECONDS", help="Between two calls of OPERATION.")
@click.option("--nothing", type=click.Choice(["refused", "missed", "unread"]), help="No request was.")
@click.option("--habit", "habits", multiple=True, metavar="NAME", help="Of the report, that is good; may be repeated.")
@click.option("--good", is_flag=True, help="No habit that showed is bad.")
@click.option("--account", help="Look at the requests of one account (its number), and those with nobody known.")
@click.option("--since", type=click.IntRange(0), help="Look at those with a greater number.")
@telling(_sentence)
def verify(control: Control, /, **given: Any) -> object:
    """Assert what clients sent: an operation with these arguments, an order, pauses, habits."""
    return control.verify(**dict(_assertion(given)))


def _assertion(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members of what is asserted. Raises ValueError for nothing, or too much."""
    kinds = {
        "order": [{"operation": each} for each in given["order"]],
        "pause": None if given["pause"] is None else {"operation": given["operation"] or "", "seconds": given["pause"]},
        "nothing": given["nothing"],
        "habits": [*given["habits"]] or ([] if given["good"] else None),
    }
    chosen = {name: value for name, value in kinds.items() if value or (value == [] and name == "habits")}
    request = dict(_request(given))
    if "pause" in chosen:
        request.pop("operation", None)
    if request:
        chosen["request"] = request
    if len(chosen) != 1:
        raise ValueError(f"it reads one of: {READS}")
    yield from chosen.items()
    yield from ((name, given[name]) for name in (*OFTEN, "account", "since") if given[name] is not None)


def _request(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a request is like."""
    if given["operation"]:
        yield "operation", given["operation"]
    yield from ((name, given[name]) for name in (*NAMES, "accepted") if given[name] is not None)
    if given["arguments"]:
        yield "arguments", dict(assignment(each, "argument", "Count=100") for each in given["arguments"])
    if given["headers"]:
        yield "headers", dict(map(_header, given["headers"]))


def _header(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition(":")
    if not is_given:
        raise ValueError(f"{text!r} is no header; one reads Name: value")
    return name.strip(), value.strip()
