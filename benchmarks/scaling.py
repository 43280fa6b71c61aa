"""What docs/scaling.md quotes from the last run: written between two marks of that page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks import ranking, summary
from benchmarks.entrants import MOCK
from benchmarks.outcomes import Outcome

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
NOTHING = "Nothing has been measured: `make bench` does it."
HEAD = ("what", "figure", "measured by")
Figures = dict[str, Any]
Row = tuple[str, str]


def replaced(text: str, outcomes: Sequence[Outcome], figures: Figures) -> str:
    """The page, with what is measured now. Raises ValueError where the marks are missing."""
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        message = f"the page has no {BEGIN} … {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{told(outcomes, figures)}\n{END}{after}"


def told(outcomes: Sequence[Outcome], figures: Figures) -> str:
    """A table in Markdown, with when it was measured and on what."""
    rows = [
        (*row, f"`benchmarks/{name}.py`")
        for name, found in figures.items()
        if name in ROWS
        for row in ROWS[name](found)
    ]
    if not rows:
        return NOTHING
    machine = outcomes[-1].machine
    where = f"{outcomes[0].begun[:10]}, {machine['processors']}, {machine['memory']}, Python {machine['Python']}"
    table = [f"| {' | '.join(each)} |" for each in (HEAD, summary.ALIGNED, *rows)]
    return "\n".join([f"Measured {where} (all of it: [benchmarks/RESULTS.md](../benchmarks/RESULTS.md)):", "", *table])


def _comparison(found: Figures) -> Iterator[Row]:
    for work, rounds in found["servers"][MOCK]["rounds"].items():
        processor = 1e6 * sorted(each["processor"] for each in rounds)[len(rounds) // 2]
        rate = ranking.rate(found, MOCK, work)
        yield (
            f"{work}: requests per second of a server, in memory",
            f"{rate:,.0f}; {processor:.0f} µs of processor each",
        )


def _stores(found: Figures) -> Iterator[Row]:
    for name in found["servers"]:
        if name != MOCK:
            rates = (f"{work} {ranking.rate(found, name, work):,.0f}" for work in found["servers"][name]["rounds"])
            yield f"requests per second on {name}", "; ".join(rates)


def _capacity(found: Figures) -> Iterator[Row]:
    for name, cost in found["costs"].items():
        yield (
            f"{name}: engine alone, per request",
            f"{1e6 * cost['seconds']:.0f} µs, {cost['statements']:.1f} statements",
        )
        yield f"{name}: a task that is held", f"{cost['bytes']:,.0f} bytes"
    rate = f"{found['rate']:,.0f} requests a second of {found['assumed']['developers']:,} developers"
    for name, waits in found["waits"].items():
        for workers, each in waits.items():
            if "p99" in each:
                waited = f"busy {each['busy']:.0%}, p99 {1e3 * each['p99']:.1f} ms"
                yield f"simulated, {rate}: {name}, {workers} servers", waited
                break


def _growth(found: Figures) -> Iterator[Row]:
    for aim in summary.PARTS["growth"](found):
        yield f"growth of a call's cost, {aim.told.partition(':')[0]}", aim.measured


def _stress(found: Figures) -> Iterator[Row]:
    many = found["many"]
    yield (
        f"{many['connections']} connections at once",
        f"{many['rate']:,.0f} requests/s, p99 {1e3 * many['p99']:.0f} ms",
    )


def _soak(found: Figures) -> Iterator[Row]:
    yield "memory at full speed grows by", f"{found['bytes per request']:.2f} bytes per request"


ROWS: dict[str, Callable[[Figures], Iterator[Row]]] = {
    "comparison": _comparison,
    "stores": _stores,
    "growth": _growth,
    "stress": _stress,
    "soak": _soak,
    "capacity": _capacity,
}
