"""What it amounts to that a server does not do what a clause says."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """By whom it was promised, and to whom."""

    NONE = "none"  # the clause is held as it is read by default, or it was not observed
    LEARNED = "learned"  # the server does otherwise, and may: nobody promised it, or pages can be read so
    WARNING = "warning"  # broken, and told; by itself it does not fail a run
    ERROR = "error"  # broken, and it fails a run


_ON_REAL_ENDPOINTS = {"documented": Severity.ERROR, "sdk": Severity.WARNING, "assumed": Severity.LEARNED}


def severity_of(standing: str, *, is_mock: bool) -> Severity:
    """How much it matters that a server does otherwise than a clause of this standing says.

    A mock owes everything that its own spec says. A real endpoint owes what its pages say; what only an official SDK
    says is worth a warning, and what nobody says is learned.
    """
    return Severity.ERROR if is_mock else _ON_REAL_ENDPOINTS[standing]
