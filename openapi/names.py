"""Which APIs come with the package?"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The APIs that come with the package, in alphabetical order."""
    return sorted(path.stem for path in HERE.glob("*.yaml"))
