"""What is told of an assertion that does not hold: a sentence, and below it all that was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mockserver.verification.exchange import Exchange
from mockserver.verification.pattern import call
from openapi.streams import visible_line

NEWEST = 200  # exchanges that are listed besides those that the sentence is about
LONGEST = 1000  # characters of a call


def listed(sentence: str, exchanges: Sequence[Exchange], marked: Collection[int] = ()) -> str:
    """`sentence`, and below it every request, those that it is about marked; of very many the newest."""
    start = max(len(exchanges) - NEWEST, 0)
    shown = [each for index, each in enumerate(exchanges) if index >= start or each.number in marked]
    left_out = len(exchanges) - len(shown)
    lines = [f"  … and {left_out} earlier ones"] if left_out else []
    for each in shown:
        lines += _lines(each, ">" if each.number in marked else " ")
    return "\n".join([sentence, *(lines or ["  nothing was sent"])])


def _lines(exchange: Exchange, mark: str) -> list[str]:
    called = call(exchange.operation or "(no operation)", exchange.arguments)
    called = called if len(called) <= LONGEST else f"{called[:LONGEST]}…"
    first = f"{mark} {exchange.number}. {called} → {exchange.status} {exchange.refusal}".rstrip()
    remarks = [f"       {each}" for each in exchange.remarks if each not in exchange.refusal]
    return [visible_line(each) for each in (first, *remarks)]
