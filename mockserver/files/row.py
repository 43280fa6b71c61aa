"""What exports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openapi.model import Json

Row = Mapping[str, Json]  # values by the names of their columns
Span = tuple[int, int]  # epoch milliseconds, both included


def values(rows: Sequence[Row], names: Sequence[str]) -> Sequence[Iterable[Json]]:
    """The values of each row in the order of these columns; null where it has none."""
    wanted = [*names]
    if all(map(wanted.__eq__, map(list, rows))):  # quick, and so it is in most files
        return [row.values() for row in rows]
    return [[row.get(name) for name in wanted] for row in rows]
