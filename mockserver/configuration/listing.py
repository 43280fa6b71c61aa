"""Each setting, its value, and where that came from; secrets are not shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mockserver.configuration.document import Document
from mockserver.configuration.options import AddingOption, additions
from mockserver.configuration.source import DEFAULT, origin, parameters_of
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
    """All settings, those of one value first."""
    for each in parameters_of(context.command):
        value = context.params[str(each.name)]
        where = origin(context, each) or _line(document, each.key) or DEFAULT
        yield Line(each.key, HIDDEN if each.secret and value else _plain(each.shown(value)), where)
    yield from _provisions(context, document)


def _provisions(context: click.Context, document: Document | None) -> Iterator[Line]:
    """What stands in the file, then what flags or the environment add to it."""
    added = additions(context.params)
    adding = {each.provision: each for each in context.command.params if isinstance(each, AddingOption)}
    for name, schema in SCHEMAS.items():
        found: Any = [] if schema["type"] == "array" else {}
        found = document.content.get(name, found) if document else found
        origins = [_line(document, name), origin(context, adding[name]) if name in added else ""]
        where = ", ".join(filter(None, origins)) or DEFAULT
        yield Line(name, _hide([*found, *added[name]] if name in added else found), where)


def _line(document: Document | None, key: str) -> str:
    """File and line of a setting; nothing where no file says it."""
    return document.line(key) if document and key in document.content else ""


def table(found: list[Line]) -> str:
    """For people: each entry of a list on a line of its own."""
    if not found:
        return "every setting is as it comes"
    rows = [("setting", "from", "value")]
    for each in found:
        first, *others = _shown(each.value)
        rows += [(each.name, each.origin, first), *(("", "", other) for other in others)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = (f"{name:<{widths[0]}}  {where:<{widths[1]}}  {value}" for name, where, value in rows)
    return "\n".join(line.rstrip() for line in lines)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value


def _shown(value: Any) -> list[str]:
    """The lines of a value, one at least."""
    match value:
        case Mapping() if value:
            return [f"{name}: {_short(each)}" for name, each in value.items()]
        case [Mapping(), *_]:
            return [_short(each) for each in value]
        case list() | dict() | None:
            return [", ".join(map(str, value or ()))]
    return [_short(value)]


def _short(value: Any) -> str:
    """In one line, as YAML would have it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_short(each)}" for name, each in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _hide(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: HIDDEN if name in SECRETS else _hide(each) for name, each in value.items()}
    return [_hide(each) for each in value] if isinstance(value, list) else value
