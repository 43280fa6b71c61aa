"""What of all APIs is judged at a mock that serves some of them?"""

from __future__ import annotations

from collections.abc import Iterable

from openapi.loader import load_all
from openapi.model import Spec


def specs_of(url: str, served: frozenset[str]) -> dict[str, Spec]:
    """The specs of what the mock at an address serves, by name; all of the package where it does not say.

    Raises ValueError where it serves what is not of the package: that would be passed over.
    """
    every = load_all()
    if unknown := ", ".join(sorted(served - every.keys())):
        ways = "name the APIs to judge, and give your own spec as --spec FILE (to pytest: --contracts-spec FILE)"
        raise ValueError(f"{url} serves {unknown}, which is not known by its name alone: {ways}")
    return {name: spec for name, spec in every.items() if name in served} if served else every


def require_served(url: str, chosen: Iterable[str], served: frozenset[str]) -> None:
    """Raise ValueError where a mock that says what it serves does not serve all that is chosen."""
    missing = ", ".join(name for name in chosen if name not in served)
    if served and missing:
        ways = f"start it with {missing}, or choose of what it serves"
        raise ValueError(f"{url} serves {', '.join(sorted(served))}, and not {missing}: {ways}")
