"""Which version is this?"""

from __future__ import annotations

DISTRIBUTION = "cloud-export-contracts"
UNKNOWN = "0+unknown"


def release() -> str:
    """The version of the installed distribution; `0+unknown` when the package runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN
