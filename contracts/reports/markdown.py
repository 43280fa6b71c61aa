"""The result as Markdown, for a job summary or a comment: what is broken first, its size bounded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from contracts.account import curls, facts, page, visible
from contracts.reports.causes import by_cause, by_reason
from contracts.reports.learned import Lesson, lessons
from contracts.result import Entry, Result, is_failing, is_known, is_learned, is_warning
from openapi.model import Spec

LARGEST = 1 << 19  # bytes of UTF-8: half of what a job summary takes, as several runs may share one
LONGEST = 2000  # characters of one fact or `curl` line
SHOWN_IDS = 50  # of one group
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|~])")


def render(result: Result, specs: Mapping[str, Spec]) -> str:
    """The Markdown text, in blocks that are left out from the end where there are too many."""
    room, blocks = LARGEST, list(_blocks(result, specs))
    shown: list[str] = []
    for block in blocks:
        room -= len(block.encode(errors="backslashreplace")) + 1
        if room < 0:
            shown.append(f"\n_{len(blocks) - len(shown)} more blocks did not fit; the JSON report holds everything._\n")
            break
        shown.append(block)
    return "\n".join(shown)


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
            _details(f"{len(entries)}: {html.escape(visible(reason))}", _ids(entries))
            for reason, entries in by_reason(unseen)
        )


def _lesson(lesson: Lesson) -> str:
    return _details(html.escape(visible(_cut(lesson.sentence))), _ids(lesson.entries))


def _head(result: Result) -> str:
    count = result.count(result.entries)
    failing, warnings = len(result.that(is_failing)), count["warnings"]
    told = [f"{failing} broken"] if failing else []
    told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    verdict = ", ".join(told) or "every clause judged was held"
    lines = [f"## Contracts of {_plain(result.target)}: {verdict}", "", _asked(result), ""]
    if result.stopped:
        judged = f"{len(result.entries)} of {result.selected} clauses were judged"
        lines += [f"**It ended early: {_plain(result.stopped)}**; {judged}.", ""]
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
    lines = [f"- **{name or 'page'}** {_plain(_cut(value)) if name else _page(first)}" for name, value in facts(first)]
    lines += ["", _fence("\n".join(map(_cut, curls(first))))]
    lines += [f"Broken in the same way ({len(others)}):", "", _ids(others)] if others else []
    return _details(f"<code>{html.escape(first['id'])}</code>{more}", "\n".join(lines))


def _page(entry: Entry) -> str:
    source = entry["source"]
    return f"[{_plain(source['title'])}](<{source['url']}>)" if source else _plain(page(entry))


def _known(entry: Entry) -> str:
    known = entry["known"]
    return f"- `{entry['id']}` until {known['until']}, {_plain(known['owner'])}: {_plain(known['reason'])}"


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{body}\n</details>\n"


def _ids(entries: Iterable[Entry]) -> str:
    ids = [f"- `{entry['id']}`" for entry in entries]
    more = [f"- and {len(ids) - SHOWN_IDS} more"] if len(ids) > SHOWN_IDS else []
    return "\n".join([*ids[:SHOWN_IDS], *more, ""])


def _fence(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}\n"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(text: str) -> str:
    """The text as Markdown that means itself, on one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(visible(" ".join(text.split())), quote=False))
