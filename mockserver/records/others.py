"""Who else has the store that records are in?"""

from __future__ import annotations

from typing import Protocol


class Others(Protocol):
    """Those who have the same store."""

    def look(self) -> None:
        """Take over what they have changed. Raises StoreError."""
        ...

    def forget(self) -> None:
        """Take over everything anew when it is needed next."""
        ...


class Nobody:
    """Has the store of a mock that shares nothing."""

    def look(self) -> None:
        pass

    def forget(self) -> None:
        pass
