"""Figures of servers that were asked in turn, as tables in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.entrants import BY_ALL, FLASK, MOCK

Figures = dict[str, Any]
HEAD = (
    "server",
    "requests/s (lowest to highest)",
    f"times {FLASK}",
    "p50 ms",
    "p99 ms",
    "µs of processor each",
    "failed",
)
SERVERS = ("server", "start-up s", "MB at first", "MB at the end", "% of a processor when idle", "refuses")

WORDS = ("leaves out", "refuses")


def lines(found: Figures) -> list[str]:
    """Who answers how many times as many; each kind of request; the servers; how they were started; who is absent."""
    told = [
        f"Client: {found['client']}, {load.CONNECTIONS} connections. How many times as many requests the mock answers:"
    ]
    told += ["", *peers(found)]
    for work in found["servers"][MOCK]["rounds"]:
        entered = {name: each for name, each in found["servers"].items() if work in each["rounds"]}
        first = sorted(entered, key=lambda name: -rate(found, name, work))
        told += ["", f"**{work}**", "", *table(HEAD, [_row(found, name, work) for name in first])]
    told += ["", *table(SERVERS, [_server(*pair) for pair in found["servers"].items()]), ""]
    told += ["How they were started:", ""]
    told += [f"- {name}: `{shown(each['command'])}`" for name, each in found["servers"].items()]
    return [*told, *(f"- {name} is absent: {why}" for name, why in absent(found).items())]


def absent(found: Figures) -> dict[str, str]:
    """Why others did not take part, as a sentence, by name: what happened, and the last that they said."""
    told = {name: reason.splitlines() for name, reason in found["absent"].items()}
    return {name: ": ".join(dict.fromkeys([said[0], said[-1]])).rstrip(".") + "." for name, said in told.items()}


def peers(found: Figures) -> list[str]:
    """A table of all others: requests per second, and how many times as many the mock answers; the fastest first."""
    works = [each for each in BY_ALL if each in found["servers"][MOCK]["rounds"]]
    head = ["server", *(f"{name} {what}" for name in works for what in ("requests/s", "mock / it")), "leaves out"]
    others = [name for name, each in found["servers"].items() if {*works} <= each["rounds"].keys()]
    first = sorted(others, key=lambda name: -sum(rate(found, name, work) for work in works))
    return table(head, [[_named(found, name), *_against(found, name, works), _left(found, name)] for name in first])


def _against(found: Figures, name: str, works: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for work in works:
        cells += [f"{rate(found, name, work):,.0f}", spread(ratios(found, MOCK, name, work), "{:.2f}")]
    return cells


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """In Markdown; all columns but the first and those in WORDS are numbers."""
    aligned = ["---" if each in (head[0], *WORDS) else "---:" for each in head]
    return [f"| {' | '.join(each)} |" for each in (head, aligned, *rows)]


def rate(found: Figures, name: str, work: str) -> float:
    """Requests per second of a server, the median of the rounds."""
    return float(median(each["rate"] for each in found["servers"][name]["rounds"][work]))


def ratios(found: Figures, name: str, other: str, work: str) -> list[float]:
    """How many times as many requests the first server answered, by round."""
    mine, theirs = (found["servers"][each]["rounds"][work] for each in (name, other))
    return [one["rate"] / two["rate"] for one, two in zip(mine, theirs, strict=True) if two["rate"]]


def ratio(found: Figures, name: str, other: str, work: str) -> float:
    """The median of them."""
    return float(median(ratios(found, name, other, work)))


def latency(found: Figures, name: str, work: str, share: str) -> float:
    """Seconds, of `p50` or `p99`, the median of the rounds."""
    return float(median(each[share] for each in found["servers"][name]["rounds"][work]))


def _row(found: Figures, name: str, work: str) -> list[str]:
    rounds = found["servers"][name]["rounds"][work]
    flask = f"{ratio(found, name, FLASK, work):.2f}" if FLASK in found["servers"] else "-"
    times = [f"{1e3 * latency(found, name, work, share):.1f}" for share in ("p50", "p99")]
    processor = f"{1e6 * median(each['processor'] for each in rounds):.0f}"
    failed = str(sum(each["refused"] + each["failed"] for each in rounds))
    return [
        _named(found, name),
        spread([each["rate"] for each in rounds], "{:,.0f}"),
        flask,
        *times,
        processor,
        failed,
    ]


def _server(name: str, each: Figures) -> list[str]:
    memory = [f"{each['memory']:.0f}", f"{each['memory after']:.0f}"]
    return [f"{name} {each['version']}".strip(), f"{each['startup']:.2f}", *memory, f"{100 * each['idle']:.1f}",
            ", ".join(what for what, is_refused in each["refuses"].items() if is_refused)]  # fmt: skip


def spread(values: Sequence[float], shape: str) -> str:
    """The median, and between what it lies."""
    least, most = shape.format(min(values)), shape.format(max(values))
    return f"{shape.format(median(values))} ({least} to {most})"


def _named(found: Figures, name: str) -> str:
    return f"{name} {found['servers'][name]['version']}".strip()


def _left(found: Figures, name: str) -> str:
    return str(found["servers"][name]["leaves out"])


def shown(command: list[str]) -> str:
    """A command without the folders of this machine."""
    return " ".join(re.sub(r"[^\s:=]*/(?=[^/]+$)", "", each) for each in command)
