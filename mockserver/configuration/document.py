"""A config file: what it says, and where in it each value stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mockserver.settings import Steps


class ConfigError(ValueError):
    """A setting that cannot be used; the message says where it stands and what would be right."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a config file says."""

    path: Path
    content: Mapping[str, Any] = field(repr=False)  # which may hold secrets
    marks: Mapping[Steps, tuple[int, int]]  # line and column, from 1, of each key and each item

    def place(self, steps: Steps) -> str:
        """File, line and column of a value, or of the nearest one around it."""
        while steps not in self.marks:
            steps = steps[:-1]
        line, column = self.marks[steps]
        return f"{self.path}:{line}:{column}"

    def says(self, steps: Steps) -> bool:
        """Whether what `steps` lead to stands here, and was not added to what stands here."""
        return steps[:2] in self.marks

    def line(self, key: str) -> str:
        """File and line of a setting."""
        return f"{self.path}:{self.marks[key,][0]}"

    def blamed(self, message: str, names: Iterable[str]) -> str:
        """The place, as the start of a line, of what a message is about, if that stands below one of the settings."""
        for name in names:
            given = self.content.get(name, ())
            for step in given if isinstance(given, dict) else range(len(given)):
                said = str(step if isinstance(given, dict) else given[step])
                if any(repr(part) in message for part in (said, said.rpartition("/")[2])):
                    return f"{self.place((name, step))}: "
        return ""

    def wrong(self, steps: Steps, message: str) -> ConfigError:
        """The error about the value at `steps`."""
        where = ".".join(map(str, steps))
        return ConfigError(f"{self.place(steps)}: {where}: {message}" if where else f"{self.place(steps)}: {message}")


def nearest(name: str, known: list[str]) -> str:
    """Which of the known names is meant, if one is like it, and which there are."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"{f'did you mean {near[0]!r}? There' if near else 'there'} are {', '.join(known)}"
