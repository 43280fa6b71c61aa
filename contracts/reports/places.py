"""Where the statements of a result stand, as a report names it: a path that others can follow, and a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.result import Entry
from openapi.document import HERE
from openapi.lines import Lines
from openapi.model import Spec


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file."""

    file: str  # from the working directory where it is below it; of a spec of the package: `openapi/…`; else absolute
    line: int  # from 1


class Places:
    """The places of the entries of a result; each file is read once."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._lines: dict[str, Lines] = {}

    def of(self, entry: Entry) -> FileLine | None:
        """Where the entry's statement stands; None for an API that is not among the specs."""
        spec = self._specs.get(entry["api"])
        if spec is None:
            return None
        if spec.name not in self._lines:
            self._lines[spec.name] = Lines(Path(spec.path))
        place = self._lines[spec.name].place(entry["pointer"])
        return FileLine(file_name(place.path), place.line)


def file_name(path: Path) -> str:
    """A path that means the same to whoever reads the report in the same checkout, or in any."""
    whole = path.resolve()
    for folder in (Path.cwd(), HERE.parent):
        if whole.is_relative_to(folder):
            return whole.relative_to(folder).as_posix()
    return whole.as_posix()
