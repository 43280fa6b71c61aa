"""A config file that changes while the mock runs: what can be changed is, and all that was done stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

from mockserver.configuration.document import Document
from mockserver.configuration.options import SERVE
from mockserver.configuration.source import load, parameters_of, together, values
from mockserver.provisions import SCHEMAS, change, provisions_of
from mockserver.settings import Unprovidable
from mockserver.store import StoreError

if TYPE_CHECKING:
    from mockserver.control.view import Controls

PERIOD = 1.0  # seconds between two looks

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Reload:
    """One config file of one running mock; `look` is to be called now and then."""

    document: Document
    pinned: frozenset[str]  # settings that flags or the environment decide
    controls: Controls
    say: Callable[[str], None]
    additions: Mapping[str, list[Any]] = field(default_factory=dict[str, list[Any]])  # to the provisions of the file
    _seen: Stamp | None = field(init=False)

    def __post_init__(self) -> None:
        self._seen = _stamp(self.document.path)

    def look(self) -> None:
        """Take over what has changed since the last look; a file that is no good changes nothing, and is told of."""
        stamp = _stamp(self.document.path)
        if stamp in (None, self._seen):  # an editor may be about to put the new file there
            return
        self._seen = stamp
        try:
            found = load(self.document.path, SERVE)
            self._apply(found)
        except ValueError as error:
            self.say(f"{error}; the settings stay as they were")
        except StoreError as error:
            trouble = self.controls.engine.doubt(error)
            self.say(f"{self.document.path}: the store cannot be used: {trouble}; save the file again to try again")

    def _apply(self, found: Document) -> None:
        differing = {name for name in _names(self.document, found) if name not in self.pinned}
        changed = self._provide(found, differing) | self._know_any(found, differing)
        if changed:
            self.controls.feed.change("config")
        live = {each.key for each in parameters_of(SERVE) if each.live} | SCHEMAS.keys()
        for name in sorted(changed | differing - live):
            self.say(f"{found.path}: {name} {'is changed' if name in live else 'needs a restart to change'}")
        self.document = found

    def _provide(self, found: Document, differing: set[str]) -> set[str]:
        """Take over provisions; the names of those that nobody has taken over before."""
        names = SCHEMAS.keys() & differing
        if not names:
            return set()
        try:
            is_new = change(self.controls, provisions_of(together(found, self.additions)))
        except Unprovidable as error:
            raise found.wrong(error.steps, error.message) from error
        return names if is_new else set()

    def _know_any(self, found: Document, differing: set[str]) -> set[str]:
        """Take over whether every resource exists; its name, if nobody has taken that over before."""
        names, start = {"any-resource"} & differing, self.controls.start
        given: Mapping[str, Any] = values(found, SERVE)
        if names:
            with start.alone():
                if start.any_resource == given.get("any_resource", False):
                    return set()
                start.any_resource = not start.any_resource
                self.controls.engine.resources.know_any(any_known=start.any_resource)
        return names


def watch(reload: Reload) -> None:
    """Look once a second, in a thread that lasts as long as the process."""

    def run() -> None:
        while True:
            sleep(PERIOD)
            reload.look()

    Thread(target=run, daemon=True).start()


def _names(old: Document, new: Document) -> list[str]:
    """The settings of which the two say different things."""
    names = sorted(old.content.keys() | new.content.keys())
    return [name for name in names if old.content.get(name) != new.content.get(name)]


def _stamp(path: Path) -> Stamp | None:
    """What differs when a file has changed; None while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
