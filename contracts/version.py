"""Which version of the contracts this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

UNKNOWN = "0+unknown"


def version() -> str:
    """The version that is installed; `0+unknown` for a checkout that is not."""
    try:
        return installed("cloud-export-contracts")
    except PackageNotFoundError:
        return UNKNOWN
