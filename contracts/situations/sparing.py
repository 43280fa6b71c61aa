"""Tasks that a check can do without: they are not created where others need the last ones of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.calls.client import Api


@contextmanager
def creating(api: Api, *, is_spare: bool) -> Iterator[None]:
    """While tasks are created that the check can do without, or cannot."""
    before, api.is_spare = api.is_spare, is_spare
    try:
        yield
    finally:
        api.is_spare = before
