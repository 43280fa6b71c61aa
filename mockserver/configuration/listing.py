"""Each setting, its value, and where that came from; secrets are not shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mockserver.configuration.document import Document
from mockserver.configuration.source import origin, settings_of
from mockserver.provisions import SCHEMAS

HIDDEN = "(hidden)"
SECRETS = frozenset({"secret", "token", "password"})  # members of what stands in the file alone


@dataclass(frozen=True, slots=True)
class Line:
    """One setting."""

    name: str
    value: Any
    origin: str


def lines(context: click.Context, document: Document | None) -> Iterator[Line]:
    """All settings, those of the command line first."""
    for each in settings_of(context.command):
        value = context.params[str(each.name)]
        yield Line(each.key, HIDDEN if each.secret and value else _plain(value), origin(context, each, document))
    for name, schema in SCHEMAS.items():
        empty: Any = [] if schema["type"] == "array" else {}
        given = document.content.get(name, empty) if document else empty
        yield Line(name, _hide(given), document.line(name) if document and name in document.content else "default")


def table(found: list[Line]) -> str:
    """For people."""
    rows = [("setting", "value", "from"), *((each.name, _short(each.value), each.origin) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {where}" for name, value, where in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value in (None, [], {}) else json.dumps(value, ensure_ascii=False)


def _hide(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: HIDDEN if name in SECRETS else _hide(each) for name, each in value.items()}
    return [_hide(each) for each in value] if isinstance(value, list) else value
