"""Does a store keep the pieces of records, and know which records tasks have? Every implementation passes these."""

from contextlib import suppress

import pytest

from mockserver.memory import MemoryStore
from mockserver.store import Piece, Store, StoreError
from mockserver.stores.sql import SqlStore
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.tasks import task

MINE, YOURS = "records/mine", "records/yours"


def test_pieces_are_kept_counted_and_forgotten_by_name(store: Store) -> None:
    for number, rows in ((0, 3), (1, 4)):
        store.put_piece(Piece("a", number, rows, bytes([number, 0, 255])), 10.5 + number)
    store.put_piece(Piece("b", 0, 1, b""), 5.0)
    assert store.piece("a", 1) == Piece("a", 1, 4, b"\x01\x00\xff")
    assert (store.piece("a", 2), store.piece("c", 0)) == (None, None)
    assert store.pieces() == {"a": (7, 11.5), "b": (1, 5.0)}
    assert (store.forget_pieces("a", 1), store.forget_pieces("never there", 1)) == (True, False)
    assert store.pieces() == {"a": (3, 10.5), "b": (1, 5.0)}
    assert (store.forget_pieces("a", 9), store.forget_pieces("a", 9)) == (True, False)
    assert (store.piece("a", 0), store.pieces()) == (None, {"b": (1, 5.0)})


def test_a_piece_that_is_there_stays_as_it_is(store: Store) -> None:
    store.put_piece(Piece("a", 0, 3, b"first"), 1.0)
    store.put_piece(Piece("a", 0, 3, b"again"), 2.0)
    assert store.piece("a", 0) == Piece("a", 0, 3, b"first")
    assert store.pieces() == {"a": (3, 1.0)}


def test_records_are_held_as_long_as_any_task_has_them(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for name, seed in (("a", MINE), ("b", MINE), ("c", "api/made-up")):
            holdings.add(task(name, seed=seed, arguments={"quoted": f'"{YOURS}'}))
        holdings.replace(task("a", seed=MINE, downloaded=1.0))
        holdings.remove("b")
    assert store.holds([MINE, YOURS]) == {MINE}
    assert store.holds([]) == set()
    with store.holdings("api", "1") as holdings:
        holdings.remove("c")
        holdings.remove("a")
        holdings.remove("a")
    assert store.holds([MINE, YOURS]) == set()


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_nothing_is_left_of_records_that_no_task_has_any_more(store: SqlStore) -> None:
    with store.holdings("api", "1") as holdings:
        for name, seed in (("a", MINE), ("b", MINE), ("c", YOURS)):
            holdings.add(task(name, seed=seed))
    for name, left in (("a", [1, 1]), ("c", [1]), ("b", [])):
        with store.holdings("api", "1") as holdings:
            holdings.remove(name)
        with store._database.look() as session:
            assert [held for (held,) in session.many("SELECT held FROM mockserver_holders")] == left


@pytest.mark.parametrize("end", ["forget", "reset", "load"])
def test_records_are_let_go_with_the_tasks_that_had_them(store: Store, end: str) -> None:
    for account in "12":
        with store.holdings("api", account) as holdings:
            holdings.add(task(f"a{account}", account=account, seed=f"records/{account}"))
    both = ["records/1", "records/2"]
    if end == "forget":
        store.forget("1")
        assert store.holds(both) == {"records/2"}
    elif end == "reset":
        store.reset()
        assert store.holds(both) == set()
    else:
        other = MemoryStore()
        with other.holdings("api", "1") as holdings:
            holdings.add(task("b", seed="records/3"))
        store.load(other.dump())
        assert store.holds([*both, "records/3"]) == {"records/3"}


def test_who_is_alone_does_all_that_anybody_can(store: Store) -> None:
    with store.alone():
        with store.holdings("api", "1") as holdings:
            holdings.add(task("a"))
        with store.changing():
            store.put_document("clock", b"1")
        store.put_piece(Piece("a", 0, 1, b"x"), 1.0)
    assert [each.id for each in store.all_tasks()] == ["a"]
    assert (store.documents()["clock"][1], [*store.pieces()]) == (b"1", ["a"])


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_nothing_stays_of_what_one_who_was_alone_could_not_finish(store: Store) -> None:
    def fail() -> None:
        with store.alone():
            with store.holdings("api", "1") as holdings:
                holdings.add(task("a", scope="x", seed=MINE))
            store.put_document("clock", b"1")
            store.put_piece(Piece("a", 0, 1, b"x"), 1.0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (store.all_tasks(), store.documents(), store.pieces(), store.holds([MINE])) == ([], {}, {}, set())
    assert store.revision() == 0

    def go_on() -> None:
        with store.alone():
            store.put_document("clock", b"1")
            with suppress(StoreError):
                store.put_piece(Piece("a", 0, 1, None), 1.0)  # type: ignore[arg-type]

    with pytest.raises(StoreError):
        go_on()
    assert store.documents() == {}
    with store.holdings("api", "1") as holdings:
        assert (holdings.count(), holdings.count("x")) == (0, 0)
