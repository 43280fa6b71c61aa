"""Clauses as entries for machines and as a table for people: what `contracts clauses` prints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from openapi.clauses import Clause
from openapi.model import Citation, Json

WIDEST_ID = 60  # columns of an id, beyond which the next column moves
WIDEST_VALUE = 24  # columns of a value, which is cut
GAP = "  "


def as_entry(clause: Clause) -> dict[str, Json]:
    """A clause for machines."""
    page = clause.citation.page
    return {
        "id": clause.id,
        "api": clause.api,
        "operation": clause.operation,
        "kind": clause.kind.value,
        "subject": clause.subject,
        "value": clause.value,
        "standing": clause.standing,
        "quote": clause.citation.quote,
        "note": clause.citation.note,
        "source": {"title": page.title, "url": page.url, "date": page.date} if page else None,
        "pointer": clause.pointer,
        "readings": list(clause.readings),
    }


def as_table(found: Iterable[Clause], width: int = 0) -> Iterator[str]:
    """A line per clause: id, standing, value, and the words it is cited from; cut to `width`, unless that is 0."""
    found = list(found)
    ids = max((len(clause.id) for clause in found), default=0)
    values = max((len(short(clause.value)) for clause in found), default=0)
    for clause in found:
        value = short(clause.value)
        cells = (
            f"{clause.id:<{min(ids, WIDEST_ID)}}",
            f"{clause.standing:<10}",
            f"{value:<{values}}",
            said(clause.citation),
        )
        line = GAP.join(cells)
        yield line if not width or len(line) <= width else f"{line[: width - 1]}…"
    yield ""
    yield count(found)


def count(found: Iterable[Clause]) -> str:
    """How many there are, and of which standing."""
    standings = Counter(clause.standing for clause in found)
    told = ", ".join(f"{number} {standing}" for standing, number in standings.most_common())
    total = standings.total()
    return f"{total} clause{'' if total == 1 else 's'}{': ' if told else ''}{told}"


def said(citation: Citation) -> str:
    """What is said, and where; of what nobody says, why it is assumed."""
    if citation.page is None:
        return f"assumed: {citation.note}"
    words = f"“{citation.quote}”" if citation.quote else citation.note
    return f"{words} — {citation.page.title}, {citation.page.url}"


def short(value: Json, longest: int = WIDEST_VALUE) -> str:
    """A value on one line, cut where it is long; nothing where the kind of the clause says it all."""
    shown = "" if value is None else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
