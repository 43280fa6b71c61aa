"""What is asked of the calls that limits count."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.sql import ClauseElement

from mockserver.stores.schema import calls, holdings


def of_limits() -> dict[str, ClauseElement]:
    """Of those of one limit, and of all."""
    mine = (calls.c.owner == bindparam("owner")) & (calls.c.of == bindparam("of"))
    in_order = select(calls.c.owner, calls.c.of, calls.c.moments).order_by(calls.c.owner, calls.c.of, calls.c.number)
    return {
        "put_calls": insert(calls).inline(),
        "calls_of_row": select(calls.c.moments).where(mine, calls.c.number == bindparam("number")),
        "calls_before": select(calls.c.moments).where(mine).order_by(calls.c.number),
        "forget_calls": delete(calls).where(mine, calls.c.number < bindparam("before")),
        "every_call": select(holdings.c.owner, holdings.c.api, holdings.c.account, holdings.c.calls),
        "every_call_before": in_order,
    }
