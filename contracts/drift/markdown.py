"""A comparison as Markdown: the text of an issue, or the summary of a job."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from contracts.drift.comparison import Change
from contracts.drift.outcome import Outcome
from contracts.drift.ruling import Weight
from contracts.drift.wording import coverage_titles, groups, names_of, origin, rows, summary
from contracts.reports.markup import bounded, cut, details, fence, ids, plain
from contracts.wording import curls, page, promise

LARGEST = 60_000  # bytes: an issue takes 65,536 characters


def render(outcome: Outcome) -> str:
    """The Markdown text; blocks that do not fit are left out from the end, which it says."""
    return bounded(_blocks(outcome), LARGEST)


def _blocks(outcome: Outcome) -> Iterator[str]:
    comparison = outcome.comparison
    names = names_of(comparison)
    yield f"## {plain(comparison.second.head.target)}: {plain(summary(outcome))}\n"
    for name, side in zip(names, (comparison.first, comparison.second), strict=True):
        yield f"- **{name}** {plain(origin(side))}"
    yield from (f"- **note** {plain(note)}" for note in comparison.notes)
    yield ""
    for mover, found in groups(outcome.counted):
        yield f"### {mover.value[:1].upper()}{mover.value[1:]} ({sum(map(len, found))})\n"
        yield from (_told(alike, names) for alike in found)
    yield from _accepted(outcome)
    for mover, found in groups(outcome.as_before):
        changes = [change for alike in found for change in alike]
        yield details(f"As before: {mover.value} ({len(changes)})", ids(change.clause for change in changes))
    for title, seen in zip(coverage_titles(comparison), (outcome.observed, outcome.lost), strict=True):
        if seen:
            yield details(f"{title} ({len(seen)})", ids(change.clause for change in seen))


def _told(alike: Sequence[Change], names: tuple[str, str]) -> str:
    """The first clause in full, and the names of those that differ in the same way."""
    first, others = alike[0], alike[1:]
    more = f" and {len(others)} more" if others else ""
    counts = "finding" if first.weight is Weight.FINDING else "drift"
    source = first.entry["source"]
    cited = f"[{plain(source['title'])}](<{source['url']}>)" if source else plain(page(first.entry))
    lines = [f"{plain(cut(promise(first.entry)))} — {cited}", "", f"| | {names[0]} | {names[1]} |", "|---|---|---|"]
    lines += [f"| {name} | {plain(left)} | {plain(right)} |" for name, left, right in rows(first)]
    lines += ["", *_repeated(first)]
    if first.accepted is not None:
        known = first.accepted
        told = f"until {known.until}, which is over; {known.owner}: {known.reason}"
        lines += [f"Accepted {plain(told)}", ""]
    lines += [f"In the same way ({len(others)}):", "", ids(change.clause for change in others)] if others else []
    return details(f"<code>{html.escape(first.clause)}</code>{more} ({counts})", "\n".join(lines))


def _repeated(change: Change) -> list[str]:
    """The lines that send again what the second side was sent, or the first where that was not."""
    entries = (sight.entry for sight in (change.second, change.first))
    lines = next((found for found in (curls(entry) for entry in entries if entry) if found), [])
    return [fence("\n".join(map(cut, lines)))] if lines else []


def _accepted(outcome: Outcome) -> Iterator[str]:
    if outcome.accepted:
        yield f"### Accepted ({len(outcome.accepted)})\n"
    for change in outcome.accepted:
        known = change.accepted
        assert known is not None
        told = f"{change.mover.value}; until {known.until}, {known.owner}: {known.reason}"
        yield f"- `{change.clause}`: {plain(told)}"
    for known in outcome.expired:
        yield f"- **expired**: `{known.clause}` was accepted until {known.until} ({plain(known.owner)})"
    for known in outcome.needless:
        yield f"- `{known.clause}` differs no more: remove it from what is accepted"
    if outcome.accepted or outcome.expired or outcome.needless:
        yield ""
