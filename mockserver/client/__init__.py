"""The control plane, as a test or a script uses it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.client.assertion import NotVerified
    from mockserver.client.control import Control
    from mockserver.client.doors import Door, HttpDoor, Refused, trusting
    from mockserver.login import Login

__all__ = ["Control", "Door", "HttpDoor", "Login", "NotVerified", "Refused", "trusting"]

_HOMES = {
    "Control": "mockserver.client.control",
    "Door": "mockserver.client.doors",
    "HttpDoor": "mockserver.client.doors",
    "Login": "mockserver.login",
    "NotVerified": "mockserver.client.assertion",
    "Refused": "mockserver.client.doors",
    "trusting": "mockserver.client.doors",
}


def __getattr__(name: str) -> Any:
    """Import what is public when it is first used, so that a server that needs a part of it loads no more."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
