"""Markdown that means what it is made of: texts, blocks that open, and a size that is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from openapi.streams import visible

LONGEST = 2000  # characters of one fact or `curl` line
SHOWN_IDS = 50  # of one group
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|~])")


def bounded(blocks: Iterable[str], room: int) -> str:
    """The blocks as one text of at most so many bytes, those left out from the end that do not fit; which it says."""
    found = list(blocks)
    shown: list[str] = []
    for block in found:
        room -= len(block.encode(errors="backslashreplace")) + 1
        if room < 0:
            shown.append(f"\n_{len(found) - len(shown)} more blocks did not fit; the JSON report holds everything._\n")
            break
        shown.append(block)
    return "\n".join(shown)


def details(summary: str, body: str) -> str:
    """A block that opens; both parts are Markdown or HTML already."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n</details>\n"


def ids(clauses: Iterable[str]) -> str:
    """A list of the ids of clauses, the first of them where there are many."""
    items = [f"- `{clause}`" for clause in clauses]
    more = [f"- and {len(items) - SHOWN_IDS} more"] if len(items) > SHOWN_IDS else []
    return "\n".join([*items[:SHOWN_IDS], *more, ""])


def fence(text: str) -> str:
    """A text for a shell, as it is."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}\n"


def cut(text: str) -> str:
    """The text, its end left out where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def plain(text: str) -> str:
    """The text as Markdown that means itself, on one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(visible(" ".join(text.split())), quote=False))
