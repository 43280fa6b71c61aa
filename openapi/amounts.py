"""Numbers on the command line that are numbers: `nan` is within no bounds, and neither below nor above any."""

from __future__ import annotations

from math import isnan
from typing import Any

import click


class Amount(click.FloatRange):
    """A number within bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value!r} is no number", param, ctx)
        return number
