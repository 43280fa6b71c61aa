"""The result as Markdown, for a job summary or a comment: what is broken first, its size bounded."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from contracts.reports.causes import by_cause, by_reason
from contracts.reports.learned import Lesson, lessons
from contracts.reports.markup import bounded, cut, details, fence, ids, plain
from contracts.result import Entry, Result, is_failing, is_known, is_learned, is_warning
from contracts.wording import curls, facts, page
from openapi.model import Spec
from openapi.streams import visible

LARGEST = 1 << 19  # bytes of UTF-8: half of what a job summary takes, as several runs may share one


def render(result: Result, specs: Mapping[str, Spec]) -> str:
    """The Markdown text, in blocks that are left out from the end where there are too many."""
    return bounded(_blocks(result, specs), LARGEST)


def _blocks(result: Result, specs: Mapping[str, Spec]) -> Iterator[str]:
    yield _head(result)
    yield _table(result)
    for title, entries in (("Broken", result.that(is_failing)), ("Warnings", result.that(is_warning))):
        if entries:
            yield f"### {title} ({len(entries)})\n"
            yield from map(_cause, by_cause(entries))
    known = result.that(is_known)
    if known:
        yield f"### Known ({len(known)})\n"
        yield from map(_known, known)
        yield ""
    learned = lessons(result, specs)
    if learned:
        yield f"### Learned ({len(learned)})\n"
        yield from map(_lesson, learned)
    unseen = [entry for entry in result.with_verdict("not-observed") if not is_learned(entry)]
    if unseen:
        yield f"### Not observed ({len(unseen)})\n"
        yield from (
            details(f"{len(entries)}: {html.escape(visible(reason))}", ids(entry["id"] for entry in entries))
            for reason, entries in by_reason(unseen)
        )


def _lesson(lesson: Lesson) -> str:
    return details(html.escape(visible(cut(lesson.sentence))), ids(entry["id"] for entry in lesson.entries))


def _head(result: Result) -> str:
    count = result.count(result.entries)
    failing, warnings = len(result.that(is_failing)), count["warnings"]
    told = [f"{failing} broken"] if failing else []
    told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    verdict = ", ".join(told) or "every clause judged was held"
    lines = [f"## Contracts of {plain(result.target)}: {verdict}", "", _asked(result), ""]
    if result.stopped:
        judged = f"{len(result.entries)} of {result.selected} clauses were judged"
        lines += [f"**It ended early: {plain(result.stopped)}**; {judged}.", ""]
    lines += ["**The suite itself failed; this is a mistake of the suite.**", ""] if result.mistakes else []
    return "\n".join(lines)


def _asked(result: Result) -> str:
    head, judged = result.head, len(result.entries)
    of = f" of {result.selected}" if result.selected > judged else ""
    asked = [f"{judged}{of} clauses in {result.duration:.0f} s", f"seed {head.seed}"]
    asked += [f"`-k {head.select}`"] if head.select and "`" not in head.select else []
    asked += ["quick: no fuzzing"] if head.quick else []
    asked += [f"shard {head.shard}"] if head.shard else []
    return f"{'; '.join(asked)}."


def _table(result: Result) -> str:
    rows = [(api, len(entries), result.count(entries)) for api, entries in result.by_api()]
    rows.append(("**all**", len(result.entries), result.count(result.entries)))
    lines = ["| API | clauses | held | broken | warnings | known | not observed |", f"|---|{'--:|' * 6}"]
    for api, total, count in rows:
        failing = count["broken"] - count["known"] - count["warnings"]
        cells = (count["held"], failing, count["warnings"], count["known"], count["not-observed"])
        lines.append(f"| {api} | {total} | {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, ""])


def _cause(entries: list[Entry]) -> str:
    """The first clause in full, and the names of the others that are broken in the same way."""
    first, others = entries[0], entries[1:]
    more = f" and {len(others)} more" if others else ""
    lines = [f"- **{name or 'page'}** {plain(cut(value)) if name else _page(first)}" for name, value in facts(first)]
    lines += ["", fence("\n".join(map(cut, curls(first))))]
    lines += [f"Broken in the same way ({len(others)}):", "", ids(entry["id"] for entry in others)] if others else []
    return details(f"<code>{html.escape(first['id'])}</code>{more}", "\n".join(lines))


def _page(entry: Entry) -> str:
    source = entry["source"]
    return f"[{plain(source['title'])}](<{source['url']}>)" if source else plain(page(entry))


def _known(entry: Entry) -> str:
    known = entry["known"]
    return f"- `{entry['id']}` until {known['until']}, {plain(known['owner'])}: {plain(known['reason'])}"
