"""Mocks with one store, each as if on a machine of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.provisions import provide, provisions_of
from mockserver.store import Store
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
        clock = MovableClock(lambda: START)
        self.opened.append(open_store(self.address, PATIENCE))
        app = create_app(specs={api: specs()[api]}, clock=clock, store=self.opened[-1])
        mock = app.extensions["mock"]
        provide(mock, provisions_of(provided))
        return Control(app, Cloud(app, mock.engine, mock.clock, mock.journal))
