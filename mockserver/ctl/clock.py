"""The time of a running mock, from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import ctl, telling

if TYPE_CHECKING:
    from mockserver.client.control import Control

MOVES = ("freeze", "advance", "set", "scale", "next", "reset")
AMOUNTS = {"advance": "SECONDS", "set": "TIME", "scale": "FACTOR"}


def _told(state: Mapping[str, Any]) -> str:
    """The time, and how it runs where that is otherwise than real time."""
    if state["frozen"]:
        return f"{state['now']}  stands still"
    return str(state["now"]) if state["scale"] == 1 else f"{state['now']}  runs x{state['scale']:g}"


@ctl.command(context_settings={"ignore_unknown_options": True})  # so that -5 is an amount, which the mock refuses
@click.argument("move", metavar="[MOVE]", type=click.Choice(MOVES), required=False)
@click.argument("amount", required=False)
@click.option("--account", default="", help="The clock of one account (its number) beside the server's.")
@click.option("--accounts", is_flag=True, help="With reset: the clocks of all accounts, too.")
@telling(_told)
def clock(control: Control, move: str | None, amount: str | None, account: str, *, accounts: bool) -> object:
    """Tell the time, or move it: freeze, advance SECONDS, set TIME, scale FACTOR, next, reset.

    TIME is ISO 8601 with a zone, or epoch seconds.
    """
    chosen = control.clock.of(account)
    if accounts and (move != "reset" or account):
        raise ValueError("it reads: mockserver ctl clock reset --accounts")
    if move is not None and (amount is None) == (move in AMOUNTS):
        wanted = f" {AMOUNTS[move]}" if move in AMOUNTS else ""
        raise ValueError(f"it reads: mockserver ctl clock {move}{wanted}")
    if accounts:
        chosen.reset(accounts=True)
    elif move is not None:
        getattr(chosen, move)(*([] if amount is None else [_amount(amount)]))
    return chosen.state()


def _amount(text: str) -> Any:
    """A number, or a moment. Raises ValueError."""
    from datetime import datetime

    try:
        if isfinite(number := float(text)):
            return number
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a number nor a moment; one reads 2026-01-31T08:00:00Z") from None
