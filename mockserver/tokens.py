"""Tokens that the mock issues itself: signed, so that nothing has to be remembered about them."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from mockserver.refusal import Refusal
from openapi.reasons import Reason


@dataclass(slots=True)
class Tokens:
    """Issues and reads tokens; whoever shares the `secret` reads them alike."""

    secret: bytes = field(repr=False)
    _turn: AbstractContextManager[object] = field(default_factory=Lock, repr=False, compare=False)  # to change it

    def seal_with(self, secret: bytes) -> None:
        """From now on issue and read those of another secret."""
        with self._turn:
            self.secret = secret

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def issue(self, number: str, expires: float) -> str:
        """A token of the account with this number, good until `expires` (epoch seconds)."""
        said = f"{number}:{expires:.0f}".encode()
        return urlsafe_b64encode(said + b":" + self._seal(said)).decode()

    def number(self, token: str, now: Callable[[str], float]) -> str:
        """The number of the account that a token was issued to; empty when it was not issued here. Refuses old ones.

        `now` tells the time by the clock of an account.
        """
        try:
            said, _, seal = urlsafe_b64decode(token.encode()).rpartition(b":")
            number, _, expires = said.decode().partition(":")
        except ValueError:  # no base64, or no text
            return ""
        if not hmac.compare_digest(seal, self._seal(said)):
            return ""
        if now(number) >= float(expires):
            raise Refusal(Reason.EXPIRED_TOKEN, "the token has expired")
        return number

    def _seal(self, said: bytes) -> bytes:
        return hmac.digest(self.secret, said, sha256).hex().encode()
