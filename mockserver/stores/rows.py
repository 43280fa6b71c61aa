"""How do a task, and the calls that limits count, stand in a row?"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from mockserver.state import tasks as forms
from mockserver.state.encoding import from_bytes
from mockserver.task import Task
from mockserver.windows import Calls, calls_at

UNUSUAL = " "  # in front of what the quick decoder would round, or refuse
SIZE = 8  # bytes of a moment
READ = 1 << 13  # tasks that need not be read once more; more than are known of one account


def written(task: Task) -> str:
    """A task as JSON."""
    document = forms.written(task)
    try:
        return orjson.dumps(document).decode()
    except TypeError:
        return UNUSUAL + json.dumps(document, separators=(",", ":"))


@lru_cache(maxsize=READ)
def read(text: str) -> Task:
    """The task that `written` wrote: the same one for the same text, so that what is known of it is known again."""
    return forms.read(from_bytes(text.encode()) if text.startswith(UNUSUAL) else orjson.loads(text))


def written_calls(calls: Mapping[str, Calls]) -> bytes:
    """The moments of the calls that were counted: how many of each limit, then all of them."""
    counts = orjson.dumps({limit: len(moments) for limit, moments in calls.items()})
    return b"\n".join((counts, b"".join(_portable(moments).tobytes() for moments in calls.values())))


def read_calls(content: bytes) -> dict[str, Calls]:
    """The calls that `written_calls` wrote; none where there is nothing."""
    if not content:
        return {}
    counts, _, moments = content.partition(b"\n")
    found, start = dict[str, Calls](), 0
    numbers: dict[str, Any] = orjson.loads(counts)
    for limit, count in numbers.items():
        end = start + SIZE * count
        found[limit] = calls_at()
        found[limit].frombytes(moments[start:end])
        found[limit] = _portable(found[limit])
        start = end
    return found


def _portable(moments: Calls) -> Calls:
    """In the order of bytes that rows have, or from it."""
    if sys.byteorder == "little":
        return moments
    turned = calls_at(moments)
    turned.byteswap()
    return turned
