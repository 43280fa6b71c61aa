"""What a thread does together: known while its transaction lasts, and written at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import local
from typing import TYPE_CHECKING

from mockserver.noted import Noted

if TYPE_CHECKING:
    from mockserver.stores.holdings import SqlHoldings
    from mockserver.stores.session import Session

Owner = tuple[str, str]  # API, account
Note = tuple[Noted, Callable[[int], None]]  # an exchange, and who is told its number


class Gathered:
    """What several requests have found and not written yet."""

    __slots__ = ("holdings", "notes", "number", "numbers", "revisions", "session", "taken")

    def __init__(self, session: Session, number: int) -> None:
        """`number`: of requests."""
        self.session, self.number = session, number
        self.numbers: dict[str, list[int]] = {}  # that were taken, by API
        self.holdings: dict[Owner, SqlHoldings] = {}  # that stay open
        self.notes: list[Note] = []
        self.revisions: Mapping[str, int] | None = None  # None: not asked for yet, or changed since
        self.taken: Mapping[str, int] | None = None  # the same, as long as that is not known to be so


class Own(local):
    """What a thread is doing."""

    gathered: Gathered | None = None  # None: one thing at a time
