"""Who may call a running mock, what they have used up, and what an honest client would send: from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import ctl, telling
from mockserver.ctl.tables import readable
from openapi.manual import Api

if TYPE_CHECKING:
    from mockserver.client.control import Control


@ctl.command()
@click.option("--open", "opens", is_flag=True, help="Make a new one, of which nobody else knows.")
@click.option("--close", metavar="NUMBER", help="Forget one that was made so, and its tasks.")
@telling()
def accounts(control: Control, *, opens: bool, close: str | None) -> object:
    """List the accounts with their credentials, open another one, or close it."""
    from dataclasses import asdict

    if opens and close is not None:
        raise ValueError("--open does not go with --close")
    if close is not None:
        control.accounts.close(close)
        return f"closed: {close}"
    return asdict(control.accounts.open()) if opens else [asdict(each) for each in control.accounts.all()]


def _gauges(found: Mapping[str, Any]) -> object:
    """Quotas, then rate limits: of one account all, of several those of which something is used up."""
    rows = _rows(found)
    if len({each["account"] for each in rows}) <= 1:
        return rows
    used = [each for each in rows if each["used"]]
    rest = f"{len(rows) - len(used)} more of which nothing is used up; --account NUMBER shows all of one account"
    return f"{readable(used)}\n{rest}" if used else rest.replace(" more of", " quotas and rate limits of")


def _rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As they fit on a line."""
    quotas = [
        {**_whose(each), "what": f"{each['counts']} tasks", "used": each["held"], "of": each["limit"], "in": ""}
        for each in found["quotas"]
    ]
    limits = [
        {**_whose(each), "what": each["operation"], "used": each["spent"], "of": each["limit"]}
        | {"in": f"{each['seconds']:g} s"}
        for each in found["limits"]
    ]
    return quotas + limits


def _whose(gauge: Mapping[str, Any]) -> dict[str, Any]:
    return {"api": gauge["api"], "account": gauge["account"]}


@ctl.command()
@click.option("--api", default="", type=Api(), help="Only of this API.")
@click.option("--account", default="", help="Its number.")
@telling(_gauges)
def quotas(control: Control, **wanted: str) -> object:
    """List how much of its quotas and rate limits each account has used up."""
    return control.quotas(**wanted)


def _signed(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"url": found["url"], **found["headers"]}


@ctl.command()
@click.argument("api", type=Api())
@click.argument("method")
@click.argument("url")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="That is sent besides; may be repeated.")
@click.option("--data", default="", metavar="TEXT|@FILE", help="The body.")
@click.option("--account", default="", help="Its number; the first account without it.")
@telling(_signed)
def sign(control: Control, api: str, method: str, url: str, **given: Any) -> object:
    """Tell the address and the headers with which an account would send a request."""
    headers = dict(map(_header, given["headers"]))
    body = _body(given["data"])
    return control.sign(api, method, url, {"headers": headers, "body": body, "account": given["account"]})


def _header(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition(":")
    if not is_given:
        raise ValueError(f"{text!r} is no header; one reads Name: value")
    return name.strip(), value.strip()


def _body(text: str) -> str:
    if not text.startswith("@"):
        return text
    path = Path(text[1:])
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path}: is no text in UTF-8") from error
