"""Where a store is kept: what `--store` takes, and what may be shown of it."""

from __future__ import annotations

from pathlib import Path

from openapi import addresses

MEMORY = "memory"
FILE = "sqlite:///"
SERVERS = ("postgresql://", "postgres://")
FORMS = "memory, sqlite:///FILE or postgresql://USER@HOST/DATABASE"
NOWHERE = f"{FILE}:memory:"  # as SQLite calls what ends with its connection


def check(address: str) -> str:
    """The address, if it is one. Raises ValueError."""
    if address == NOWHERE:
        raise ValueError(f"a store in memory is called {MEMORY!r}, not {address!r}")
    if address == MEMORY or (address.startswith(FILE) and address != FILE) or address.startswith(SERVERS):
        return address
    if address.startswith(FILE.rstrip("/")):
        raise ValueError("a file is named after three slashes: sqlite:///FILE, or sqlite:////FILE from the root")
    raise ValueError(f"{shown(address)!r} is no store; there are {FORMS}")


def shown(address: str) -> str:
    """The address without the password that it may hold."""
    return address if address.startswith(FILE) else addresses.shown(address)


def placed(address: str, folder: Path) -> str:
    """The address with its file, where it is one, in a folder."""
    return f"{FILE}{folder / address.removeprefix(FILE)}" if address.startswith(FILE) else address
