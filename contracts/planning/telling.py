"""A plan as text, 80 columns wide."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from contracts.planning.plan import RULE, Plan
from contracts.planning.tally import PROBING, TIDYING, Answered
from contracts.planning.unlocking import Locked
from contracts.reports.html.kinds import grouped
from openapi.model import Quota
from openapi.streams import visible

WIDTH = 80  # columns
MOST = 6  # sets of entries that are told
SHOWN = 2  # clauses that are named of those that are alike
UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def plan_text(plan: Plan) -> str:
    """The whole plan."""
    parts = (_head(plan), _requests(plan), _purposes(plan), _costs(plan), _quotas(plan), _unobserved(plan), _note())
    return "\n".join(line for part in parts for line in part)


def summary(plan: Plan) -> str:
    """The plan in a few lines, for whoever is asked whether to go on."""
    return "\n".join([*_head(plan), *_costs(plan), *_changes(plan)])


def _head(plan: Plan) -> Iterator[str]:
    yield f"Plan of a run of {plan.spec.name} on {plan.profile.target}; nothing was sent"
    yield f"{plan.chosen} of {plan.clauses} clauses are chosen, {plan.held} of them would be observed"


def _requests(plan: Plan) -> Iterator[str]:
    rows = [("Operation", "does", *(each.value for each in Answered), "in all")]
    total = dict.fromkeys(Answered, 0)
    for operation, counts in plan.by_operation():
        cells = [counts[each] for each in Answered]
        rows.append((operation.id, operation.action.value, *(f"{each:,}" for each in cells), f"{sum(cells):,}"))
        total = {each: total[each] + counts[each] for each in Answered}
    rows.append(("", "", *(f"{each:,}" for each in total.values()), f"{sum(total.values()):,}"))
    yield ""
    yield "Requests, by how they would be answered"
    yield from _table(rows, left=2)
    yield "untrusted: sent unsigned, or signed wrongly on purpose, and refused for that"


def _purposes(plan: Plan) -> Iterator[str]:
    counts = plan.by_purpose()
    groups = grouped(counts.keys() - {PROBING, TIDYING})
    sums = {name: sum(counts[kind] for kind in kinds) for name, kinds in groups.items()}
    names = {PROBING: "before: does it answer, and take the credentials", TIDYING: "after: what was made is removed"}
    yield ""
    yield "What for"
    if counts[PROBING]:
        yield f"  {counts[PROBING]:>6,}  {names[PROBING]}"
    for name, count in sums.items():
        kinds = ", ".join(kind for kind in groups[name] if counts[kind])
        yield from textwrap.wrap(kinds, WIDTH, initial_indent=f"  {count:>6,}  {name}: ", subsequent_indent=" " * 10)
    if counts[TIDYING]:
        yield f"  {counts[TIDYING]:>6,}  {names[TIDYING]}"


def _costs(plan: Plan) -> Iterator[str]:
    budget, used = asdict(plan.profile.budget), plan.used
    rows = [("", "the run", "budget", "")]
    for part, told in (
        ("requests", "requests"),
        ("tasks", "tasks created"),
        ("bytes", "bytes received"),
        ("minutes", "minutes waited"),
    ):
        show = size if part == "bytes" else _number
        rows.append((told, show(used[part]), show(budget[part]), "" if used[part] <= budget[part] else "not enough"))
    yield ""
    yield "What it uses up"
    yield from _table(rows, left=1)
    if plan.performance.tally.files:
        yield f"  {plan.performance.tally.files} files are downloaded."
    if plan.performance.stopped:
        told = f"It would be stopped after {len(plan.steps)} of {plan.chosen} clauses: {plan.performance.stopped}"
        yield from textwrap.wrap(told, WIDTH, break_on_hyphens=False)
    if not plan.ends and not plan.performance.stopped:
        yield "The budget suffices, for a server that keeps its promises."
    for end in plan.ends:
        told = f"The {end.part} are spent after {end.judged} of {plan.chosen} clauses, at {end.clause}"
        after = "nothing more is created then" if end.part == "tasks" else "there the run ends in order"
        yield from textwrap.wrap(f"{told}; {after}.", WIDTH, break_on_hyphens=False)


def _changes(plan: Plan) -> Iterator[str]:
    allow = plan.profile.allow
    named = {"create": allow.create, "delete": allow.delete, "download": allow.download}
    allowed = [*(name for name, value in named.items() if value), *(["exceed limits"] if allow.exceed_limits else [])]
    yield f"Allowed, besides reading: {', '.join(allowed) or 'nothing'}."


def _quotas(plan: Plan) -> Iterator[str]:
    if plan.spec.quotas and plan.used["tasks"]:
        yield ""
        yield "What it takes of documented quotas"
        for quota in plan.spec.quotas:
            yield from textwrap.wrap(
                _quota(quota, plan.performance.most), WIDTH, initial_indent="  ", subsequent_indent="    "
            )


def _quota(quota: Quota, most: int) -> str:
    kind = "unfinished tasks" if quota.counts == "unfinished" else "tasks"
    told = f"{quota.limit} {kind} of an account ({quota.id}): up to {min(most, quota.limit)} are the run's at once"
    if quota.when_full == "evict-earliest":
        return f"{told}; with more, the earliest of the account are removed, whosever they are"
    return f"{told}; with more, others of the account are refused meanwhile"


def _unobserved(plan: Plan) -> Iterator[str]:
    if not plan.locked:
        return
    yield ""
    yield f"Not observed ({len(plan.locked)})"
    closed = [each for each in plan.locked if each.entries]
    if closed:
        yield from _entries(closed)
    hopeless = [each for each in plan.locked if not each.entries]
    if hopeless:
        yield from _hopeless(hopeless)


def _entries(closed: Sequence[Locked]) -> Iterator[str]:
    """Each entry with the number of clauses that need it; then those sets of entries that open most."""
    needed = Counter(entry for each in closed for entry in each.entries)
    alone = Counter(each.entries[0] for each in closed if len(each.entries) == 1)
    rows = [("what the profile would need", "needed by", "enough for")]
    rows += [(entry, str(count), str(alone[entry])) for entry, count in needed.most_common()]
    yield from _table(rows, left=1)
    sets: dict[tuple[str, ...], list[Locked]] = {}
    for each in closed:
        sets.setdefault(each.entries, []).append(each)
    largest = sorted(sets.items(), key=lambda item: -len(item[1]))[:MOST]
    yield "  Clauses that need the same, most of them first (--json has all):"
    for entries, found in largest:
        yield from _group(entries, found)


def _group(entries: tuple[str, ...], found: Sequence[Locked]) -> Iterator[str]:
    told = " + ".join(entries)
    yield from textwrap.wrap(
        told, WIDTH, initial_indent=f"  {len(found):>4}  ", subsequent_indent=" " * 8, break_on_hyphens=False
    )
    yield f"        {_such_as(found)}"


def _hopeless(found: Sequence[Locked]) -> Iterator[str]:
    yield f"  {len(found)} cannot be observed there, whatever the profile says:"
    reasons: dict[str, list[Locked]] = {}
    for each in found:
        reasons.setdefault(each.reason, []).append(each)
    for reason, alike in sorted(reasons.items(), key=lambda item: -len(item[1])):
        count = f"        {len(alike):>4}  "
        yield from textwrap.wrap(visible(reason), WIDTH, initial_indent=count, subsequent_indent=" " * 14)


def _such_as(found: Sequence[Locked]) -> str:
    """Names of a few, as many as fit on a line."""
    named: list[str] = []
    left = WIDTH - 8 - len(" and 9999 more")
    for each in found[:SHOWN]:
        name = each.clause.id.partition("/")[2]
        left -= len(name) + 2
        if named and left < 0:
            break
        named.append(name)
    more = f" and {len(found) - len(named)} more" if len(found) > len(named) else ""
    return ", ".join(named) + more


def _note() -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(RULE, WIDTH, break_on_hyphens=False)


def _table(rows: Sequence[tuple[str, ...]], left: int) -> Iterator[str]:
    """Columns as wide as their cells, the first `left` of them to the left, the others to the right.

    The first is cut where all of them would be too wide.
    """
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    widths[0] = min(widths[0], WIDTH - 2 - sum(width + 2 for width in widths[1:]))
    for name, *others in rows:
        row = (name if len(name) <= widths[0] else f"{name[: widths[0] - 1]}…", *others)
        cells = [
            f"{cell:<{width}}" if index < left else f"{cell:>{width}}"
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def size(count: float) -> str:
    """A number of bytes with a unit."""
    for unit, name in UNITS:
        if count >= unit:
            return f"{count / unit:,.3g} {name}"
    return f"{count:g} B"


def _number(count: float) -> str:
    return f"{count:,.1f}" if isinstance(count, float) and count != int(count) else f"{count:,g}"
