"""How long do the tasks of an API wait, run and stay?"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from threading import Lock
from typing import Any

from openapi.model import Lifecycle, Spec


@dataclass(frozen=True, slots=True)
class Timetable:
    """Seconds, 0 or more, of each part of a task's life; None: as the spec says."""

    queued: float | None = None
    running: float | None = None
    kept: float | None = None  # from the end of the task until it expires


class Timetables:
    """The timetables that differ from those of the specs; they hold for tasks that are created from then on."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._turn: AbstractContextManager[object] = Lock()  # to change any
        self._chosen: Mapping[str, Timetable] = {}

    def set(self, chosen: Mapping[str, Mapping[str, float]]) -> None:
        """Seconds by API and part: `queued`, `running`, `kept`. Raises ValueError with the valid names."""
        known = [name for name, spec in self._specs.items() if spec.lifecycle is not None]
        parts = [part.name for part in fields(Timetable)]
        for api, given in chosen.items():
            if api not in known:
                raise ValueError(f"{api!r} is no API with tasks; there are {', '.join(sorted(known))}")
            if given.keys() - set(parts):
                raise ValueError(f"{api}: a timetable has {', '.join(parts)}, not {', '.join(given.keys() - {*parts})}")
        with self._turn:
            self._chosen = {api: Timetable(**given) for api, given in chosen.items()}

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def chosen(self) -> dict[str, dict[str, float]]:
        """What was set, as `set` takes it."""
        found = {
            api: {part.name: getattr(given, part.name) for part in fields(given)} for api, given in self._chosen.items()
        }
        return {
            api: {name: seconds for name, seconds in given.items() if seconds is not None}
            for api, given in found.items()
        }

    def of(self, api: str) -> Lifecycle | None:
        """The life of the tasks of an API; None where it declares none."""
        lifecycle, chosen = self._specs[api].lifecycle, self._chosen.get(api)
        if lifecycle is None or chosen is None:
            return lifecycle
        return replace(
            lifecycle,
            queued_seconds=_or(chosen.queued, lifecycle.queued_seconds),
            running_seconds=_or(chosen.running, lifecycle.running_seconds),
            kept_seconds=_or(chosen.kept, lifecycle.kept_seconds),
        )


def _or(chosen: float | None, usual: float | None) -> Any:
    return usual if chosen is None else chosen
