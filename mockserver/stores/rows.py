"""How does a task stand in a row?"""

from __future__ import annotations

import json
from functools import lru_cache

import orjson

from mockserver.state import tasks as forms
from mockserver.state.encoding import from_bytes
from mockserver.task import Task

UNUSUAL = " "  # in front of what the quick decoder would round, or refuse
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
