"""Who may use the control plane?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address

from openapi.headers import obstacle

TOKEN_HEADER = "X-Mock-Token"  # noqa: S105 - the name of a header
HEALTH = "/_mock/health"
PAGE = re.compile(r"/_mock/ui(/.*)?")  # that asks whoever looks at it for the token; it holds nothing of the mock's
HEADERS = ("Host", "Origin", TOKEN_HEADER)  # what is looked at
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(?::\d*)?")


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one mock: closed, open to whoever holds `token`, or, when that is empty, to this machine."""

    closed: bool = False
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a token that nobody can send."""
        if wrong := obstacle(self.token):
            raise ValueError(f"the control token {wrong}")

    def objection(self, headers: Mapping[str, str], scheme: str, path: str = "") -> str:
        """Why a request with these headers may not enter; empty when it may.

        A page in a browser is known by its Origin, a name that was made to point here (DNS rebinding) by its Host.
        Whether the mock runs is told to every program: what watches over containers holds no token.
        """
        host = headers.get("Host", "")
        origin = headers.get("Origin", "")
        if path == HEALTH and not origin and (self.closed or self.token):
            return ""
        if self.closed:
            return "the control plane is off: start the mock on a loopback address, or with --control-token"
        if origin and origin != f"{scheme}://{host}":
            return f"pages of {origin} may not use the control plane"
        if self.token and PAGE.fullmatch(path):
            return ""
        if self.token:
            return "" if self._is_token(headers) else f"the header {TOKEN_HEADER} has to carry the control token"
        return (
            ""
            if is_loopback(host)
            else f"the control plane answers to loopback hosts, such as 127.0.0.1, not to {host!r}"
        )

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether who sends these headers may know more than that the mock runs."""
        return not self.closed and (not self.token or self._is_token(headers))

    def _is_token(self, headers: Mapping[str, str]) -> bool:
        given = headers.get(TOKEN_HEADER, "")
        return compare_digest(given.encode("utf-8", "replace"), self.token.encode())


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, can only mean this machine."""
    match = _HOST.fullmatch(host)
    name = match["name"].strip("[]").lower() if match else ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
