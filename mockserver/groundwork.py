"""What is done once for a mock in this process, however often it is entered: its settings are read, its APIs compiled.

What APIs come to is remembered: mocks of the same APIs in one process share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from mockserver.assembly import AppKeywords, assemble, gateway_of
from mockserver.compilation import Compilation, Compiled, compile_api, together
from mockserver.configuration.keywords import of_keywords
from mockserver.control.plane import Plane
from mockserver.control.view import Controls
from mockserver.ids import RandomIds, SeededIds
from mockserver.interception import NET, Catch
from mockserver.provisions import provide, provisions_of
from mockserver.settings import Keywords, Settings, clock_of
from mockserver.start import Provisions
from openapi.loader import Choices, load, load_all
from openapi.model import Spec

MOST = 64  # APIs that are remembered, and as many sets of them

Stamp = tuple[int, ...]  # which file it is, and in which state; empty: there is none


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What every mock with the same settings starts from."""

    settings: Settings
    provisions: Provisions
    compilation: Compilation

    def enter(self, *, passes: bool) -> tuple[Catch, Plane]:
        """A mock that answers from now on; calls to other hosts pass, or are refused.

        Raises Unprovidable for records that cannot be read.
        """
        controls = self._with(self.provisions)
        catch = Catch(controls.engine.specs.values(), gateway_of(controls), passes=passes)
        NET.cast(catch)
        return catch, Plane(controls)

    def rehearse(self) -> None:
        """Raise Unprovidable for what no such mock can hold; records are read when one starts, however many."""
        if self.settings.provisions:
            self._with(replace(self.provisions, records=()))

    def _with(self, provisions: Provisions) -> Controls:
        settings = self.settings
        parts = AppKeywords(
            compilation=self.compilation,
            clock=clock_of(settings.clock),
            ids=RandomIds() if settings.seed is None else SeededIds(settings.seed),
            any_resource=settings.any_resource,
            readings=settings.readings,
        )
        controls = assemble((), parts)
        provide(controls, provisions)
        return controls


def lay(apis: tuple[str | Path, ...], keywords: Keywords) -> Groundwork:
    """What a mock of these APIs and keywords starts from.

    Raises SpecError for an API or a reading that cannot be used, ValueError for the rest.
    """
    settings = of_keywords(apis, keywords)
    clock_of(settings.clock)
    compilation = _compilation(settings.apis, settings.readings)
    laid = Groundwork(settings, provisions_of(settings.provisions), compilation)
    laid.rehearse()
    return laid


def _compilation(apis: tuple[str | Path, ...], readings: Mapping[str, str]) -> Compilation:
    found: dict[str, Compiled] = {}

    def loaded(path: Path, choices: Choices) -> Spec:
        compiled = found[path.stem] = _compiled(path, _stamp(path), frozenset(choices.items()))
        return compiled.spec

    load_all(apis, readings, loaded)
    return _together(tuple(found.items()))


@lru_cache(MOST)
def _compiled(path: Path, _stamp: Stamp, choices: frozenset[tuple[str, str]]) -> Compiled:
    return compile_api(load(path, dict(choices)))


@lru_cache(MOST)
def _together(apis: tuple[tuple[str, Compiled], ...]) -> Compilation:
    return together(dict(apis))


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return ()  # which is told where it is read
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
