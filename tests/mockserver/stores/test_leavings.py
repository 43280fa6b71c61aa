"""Are lines of records that nobody has any more forgotten without others having to wait, and only when they may be?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver.provisions import change, provisions_of
from mockserver.store import Store
from mockserver.stores.opening import open_store
from tests.mockserver.control_plane import API
from tests.mockserver.stores.machines import Breaking, Machines, started
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.test_shared_records import ROWS, listed, load


class Watched:
    """A store that tells whether pieces were forgotten while all others had to wait for something else."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.forgotten = inner, list[bool]()
        self._is_alone = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def alone(self) -> Iterator[None]:
        before = self._is_alone
        with self.inner.alone():
            self._is_alone = True
            try:
                yield
            finally:
                self._is_alone = before

    def forget_pieces(self, of: str, most: int) -> bool:
        self.forgotten.append(self._is_alone)
        return self.inner.forget_pieces(of, most)


@pytest.mark.parametrize("way", ["state", "snapshot", "settings"])
def test_lines_that_nobody_has_any_more_are_forgotten_after_what_let_them_go(machines: Machines, way: str) -> None:
    store = Watched(open_store(machines.address, PATIENCE))
    machines.opened.append(store.inner)
    rows = [{"api": API, "rows": ROWS}]
    control = started(store, {"records": rows} if way == "settings" else {})
    state = control.ask("GET", "/state").json
    if way != "settings":
        load(control, *ROWS)
    if way == "snapshot":
        control.ask("PUT", "/snapshots/full")
        control.ask("DELETE", "/records")
    assert len(store.pieces()) == 1
    if way == "state":
        assert control.ask("PUT", "/state", state).status == 200
    elif way == "snapshot":
        assert control.ask("DELETE", "/snapshots/full").status == 200
    else:
        change(control.app.extensions["mock"], provisions_of({}))
    assert store.pieces() == {}
    assert {*store.forgotten} == {False}


def test_what_could_not_be_done_forgets_no_lines(machines: Machines) -> None:
    inner = open_store(machines.address, PATIENCE)
    machines.opened.append(inner)
    store = Breaking(inner, "load")
    control = started(store)
    state = control.ask("GET", "/state").json
    load(control, *ROWS)
    store.left = 1
    assert control.ask("PUT", "/state", state).status == 503
    assert [each["rows"] for each in listed(control)] == [3]
    assert len(inner.pieces()) == 1
