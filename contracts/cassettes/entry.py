"""One exchange of a cassette."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openapi.messages import Request, Response


class CassetteError(ValueError):
    """A cassette that cannot be used; the message names the file, the entry and what would be right."""


class Mark(StrEnum):
    """What is peculiar about an exchange."""

    FRESH = "fresh"  # before it, everything was forgotten
    ARRANGED = "arranged"  # a control plane made the situation
    FORGED = "forged"  # its signature is not what the holder of the key would have made, or its link is not as given
    LINK = "link"  # it follows a link that an answer gave; its path is the name of that link
    FILE = "file"  # its answer is a file, whose content is not kept
    LARGE = "large"  # the body of its request was too long to be kept
    LONG = "long"  # the body of its answer was too long to be kept


@dataclass(frozen=True, slots=True)
class Entry:
    """An exchange as a cassette keeps it: names such as `<task-1>` for what is another value each time."""

    number: int  # from 1
    started: datetime  # in UTC, by the clock of the server as far as it is known
    origin: str  # scheme, host and port that the request went to
    request: Request
    response: Response  # its body in bytes
    size: int  # bytes of the body of the answer, as it came
    api: str = ""  # empty: nobody says; the request has to tell
    operation: str = ""
    account: str = "first"  # whose, by the name in the profile
    clause: str = ""  # for which it was sent
    scheme: str | None = None  # that it is signed with; empty: with none; None: as the request shows
    skew: float = 0.0  # seconds by which the time of the signature is ahead
    accepted: bool | None = None  # whether the answer is the documented success; None: nobody says
    marks: frozenset[Mark] = frozenset()

    @property
    def raw(self) -> bytes:
        """The body of the answer."""
        return self.response.body if isinstance(self.response.body, bytes) else b"".join(self.response.body)
