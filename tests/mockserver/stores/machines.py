"""Mocks with one store, each as if on a machine of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.provisions import provide, provisions_of
from mockserver.store import Store, StoreError
from mockserver.stores.opening import open_store
from tests.mockserver.cloud import START, Cloud, specs
from tests.mockserver.control_plane import API, Control
from tests.mockserver.stores.races import PATIENCE


@dataclass
class Machines:
    """Those that were started, which have to be closed."""

    address: str
    opened: list[Store]

    def start(self, provided: Mapping[str, Any] = MappingProxyType({}), api: str = API) -> Control:
        """One more."""
        self.opened.append(open_store(self.address, PATIENCE))
        return started(self.opened[-1], provided, api)


def started(store: Any, provided: Mapping[str, Any] = MappingProxyType({}), api: str = API) -> Control:
    """A mock with a store that is open."""
    app = create_app(specs={api: specs()[api]}, clock=MovableClock(lambda: START), store=store)
    mock = app.extensions["mock"]
    provide(mock, provisions_of(provided))
    return Control(app, Cloud(app, mock.engine, mock.clock, mock.journal))


class Breaking:
    """A store of which a call fails: that which makes `left` 0; counted while it is not.

    It has done its work by then, unless it is one in memory, which undoes nothing and so fails before.
    """

    def __init__(self, inner: Store, *names: str) -> None:
        """`names`: of the calls that are counted; all without any."""
        self.inner, self.names, self.left = inner, names, 0
        self.meanwhile: Callable[[], object] = bool  # what somebody else does before it fails

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if self.left and callable(found) and (name in self.names or not self.names):
            return lambda *given: self._counted(found, given)
        return found

    def _counted(self, call: Any, given: tuple[Any, ...]) -> Any:
        self.left -= 1
        done = call(*given) if self.left or self.inner.is_shared else None
        if not self.left:
            self.meanwhile()
            raise StoreError("no space left on device")
        return done
