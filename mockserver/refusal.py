"""The one exception of the engine: the provider says no."""

from __future__ import annotations


class Refusal(Exception):
    """Raised by any step of `Engine.handle`; rendered in one place, in the provider's own words.

    `reason` is one of `openapi.reasons` or a word of the spec's own; `details` fill the placeholders of its message.
    """

    def __init__(self, reason: str, message: str = "", **details: object) -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.message = message or reason
        self.details = details


def sayable(text: str) -> str:
    """`text` as UTF-8 can say it: a request may hold half a character, and a refusal may repeat it."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
