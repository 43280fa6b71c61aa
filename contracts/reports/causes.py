"""Which broken clauses seem to have one cause: the same was expected, and the same came instead?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from contracts.result import Entry

_STATUS_AND_BODY = re.compile(r"(\d{3}) (.*)", re.DOTALL)
_VARIES = re.compile(r"[0-9a-f]{8,}|\d+|'[^']*'|\"[^\"]*\"", re.IGNORECASE)  # ids, numbers, what is quoted
_WORD = re.compile(r"[A-Za-z][\w.:-]*")
_ID = re.compile(r"\d{4}|[0-9a-f]{8}", re.IGNORECASE)
WORD = 60  # characters of the longest error code


def by_cause(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries in groups, the largest first; entries and equal groups in the order in which they came."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_cause(entry), []).append(entry)
    return sorted(groups.values(), key=len, reverse=True)


def by_reason(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries that were not observed, by the reason why, the most frequent first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(str(entry["reason"]), []).append(entry)
    return sorted(groups.items(), key=lambda item: -len(item[1]))


def _cause(entry: Entry) -> tuple[str, ...]:
    expected, _, _ = str(entry["reason"]).partition(": ")  # what follows tells this clause's own situation
    return str(entry["api"]), _VARIES.sub("…", expected), *outline(str(entry["received"]))


def outline(received: str) -> tuple[str, ...]:
    """An answer without what differs from one to the next: ids, times, texts, numbers."""
    found = _STATUS_AND_BODY.fullmatch(received)
    if found is None:
        return (_VARIES.sub("…", received),)
    try:
        body = json.loads(found[2])
    except ValueError:
        return found[1], _VARIES.sub("…", found[2])
    return found[1], *sorted(set(_words(body, "")))


def _words(node: Any, name: str) -> Iterator[str]:
    """The members of a body, with the words that they hold: error codes, states."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _words(value, str(key))
    elif isinstance(node, list):
        for value in node:
            yield from _words(value, name)
    else:
        is_word = isinstance(node, str) and len(node) <= WORD and _WORD.fullmatch(node) and not _is_id(node)
        yield f"{name}={node}" if is_word else name


def _is_id(text: str) -> bool:
    return any(any(map(str.isdigit, part[0])) for part in _ID.finditer(text)) and "." not in text
