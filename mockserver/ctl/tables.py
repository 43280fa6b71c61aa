"""What the control plane answers, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openapi.streams import visible_line


def readable(said: Any) -> str:
    """A table of things that are alike, a thing as lines, anything else as it is."""
    if isinstance(said, Mapping):
        width = max(map(len, said), default=0)
        return "\n".join(f"{name:<{width}}  {_cell(value)}".rstrip() for name, value in said.items())
    if not isinstance(said, list):
        return str(said)
    rows = [{name: _cell(value) for name, value in each.items()} for each in said]
    if not rows:
        return "none"
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    shown = [name for name in widths if any(row[name] for row in rows)]
    lines = [{name: name for name in shown}, *rows]
    return "\n".join("  ".join(f"{row[name]:<{widths[name]}}" for name in shown).rstrip() for row in lines)


def _cell(value: Any) -> str:
    """A value on one line: what is in it by commas, members with their names, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_cell(name)}={_cell(each)}" for name, each in value.items())
    return ", ".join(map(_cell, value)) if isinstance(value, list | tuple) else visible_line(str(value))
