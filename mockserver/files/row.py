"""What exports are made of."""

from __future__ import annotations

from collections.abc import Mapping

from openapi.model import Json

Row = Mapping[str, Json]  # values by the names of their columns
Span = tuple[int, int]  # epoch milliseconds, both included
