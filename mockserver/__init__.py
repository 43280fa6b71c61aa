"""A stand-in for clouds that keeps the promises of their specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Import what is public when it is first used, so that a command line starts before Flask is loaded."""
    if name in __all__:
        from mockserver import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
