"""YAML files as they were read before: kept beside those of this package, as Python keeps its compiled modules.

What is kept is JSON, and good for one text and one parser alone: with another of either it is read anew.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Kept:
    """What was made of the files in one folder and those below it; nothing is known of others."""

    folder: Path
    made_by: tuple[Path, ...] = ()  # the files whose content decides what a text stands for
    is_written: bool = not sys.dont_write_bytecode  # whether it may grow

    def recall(self, path: Path, text: str) -> Any:
        """What the text of a file stands for; None where that is not known."""
        if not self.holds(path):
            return None
        try:
            kept = orjson.loads(_place(path).read_bytes())
            return kept["document"] if kept["key"] == self._key(text) else None
        except (OSError, ValueError, TypeError, LookupError):
            return None

    def keep(self, path: Path, text: str, document: Any) -> None:
        """Have it known from now on, if JSON can say it, and where nothing is in the way."""
        if not (self.is_written and self.holds(path)):
            return
        with suppress(OSError, TypeError):
            written = orjson.dumps({"key": self._key(text), "document": document})
            if orjson.loads(written)["document"] == document:
                _write(_place(path), written)

    def _key(self, text: str) -> str:
        """What tells a text, and those who made something of it, from others. Raises OSError."""
        return sha256(b"".join([_digest(self.made_by), text.encode()])).hexdigest()

    def holds(self, path: Path) -> bool:
        """Whether a file is one of those that something may be known of."""
        return path.resolve().is_relative_to(self.folder)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")  # so that nobody reads half of it
    draft.write_bytes(content)
    draft.replace(path)


def _place(path: Path) -> Path:
    return Path(cache_from_source(str(path.resolve()))).with_name(f"{path.name}.json")


@cache
def _digest(files: tuple[Path, ...]) -> bytes:
    """Of what stands in them when they are first asked for, as modules are loaded once."""
    return b"".join(sha256(file.read_bytes()).digest() for file in files)
