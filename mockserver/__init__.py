"""A stand-in for clouds that keeps the promises of their specs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.client.control import Control
    from mockserver.hosting import Server
    from mockserver.inprocess import mock

__all__ = ["Control", "Server", "create_app", "mock"]

_HOMES = {
    "Control": "mockserver.client.control",
    "Server": "mockserver.hosting",
    "create_app": "mockserver.app",
    "mock": "mockserver.inprocess",
}


def __getattr__(name: str) -> Any:
    """Import what is public when it is first used, so that a command line starts before Flask is loaded."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
