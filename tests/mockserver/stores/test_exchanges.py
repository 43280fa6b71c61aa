"""Are the exchanges that a store keeps numbered in one order, bounded, and counted for good?"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from mockserver.ids import new_key
from mockserver.noted import Exchanges, Noted
from mockserver.stores.opening import open_store
from tests.mockserver.stores.races import PATIENCE, at_once, stores

WRITERS, EACH = 4, 16


@pytest.fixture
def exchanges(lasting: str) -> Iterator[Exchanges]:
    store = open_store(lasting, PATIENCE)
    assert store.exchanges is not None
    yield store.exchanges
    store.close()


def add(exchanges: Exchanges, *contents: bytes, weight: int = 1, kind: str = "kind") -> list[int]:
    numbers = list[int]()
    for each in contents:
        exchanges.add(Noted(each, weight, kind, 3, 0.5, new_key()), numbers.append)
    return numbers


def kept(exchanges: Exchanges, since: int = 0) -> list[bytes]:
    return [content for *_, content in exchanges.since(since).entries]


def test_they_are_kept_in_order_with_numbers_that_grow(exchanges: Exchanges) -> None:
    assert add(exchanges, b"a", b"\x00\xff", b"c") == [1, 2, 3]
    assert exchanges.since(0).entries == [(1, 1, b"a"), (2, 1, b"\x00\xff"), (3, 1, b"c")]
    assert kept(exchanges, since=2) == [b"c"]
    assert exchanges.marks() == (3, 0)


def test_the_oldest_make_room_and_that_is_told(exchanges: Exchanges) -> None:
    add(exchanges, *b"abcde".hex(" ").encode().split())
    exchanges.trim(3, 100)
    assert [number for number, *_ in exchanges.since(0).entries] == [3, 4, 5]
    assert exchanges.since(0).forgotten == 2
    exchanges.trim(3, 2)
    assert ([number for number, *_ in exchanges.since(0).entries], exchanges.since(0).forgotten) == ([4, 5], 3)
    exchanges.trim(3, 0)
    assert [number for number, *_ in exchanges.since(0).entries] == [5]


def test_nothing_makes_room_while_there_is_some(exchanges: Exchanges) -> None:
    add(exchanges, b"a", b"b")
    exchanges.trim(2, 2)
    assert (kept(exchanges), exchanges.since(0).forgotten) == ([b"a", b"b"], 0)


def test_what_is_cleared_is_gone_and_numbers_go_on(exchanges: Exchanges) -> None:
    add(exchanges, b"a", b"b", b"c")
    exchanges.trim(1, 100)
    exchanges.clear()
    assert (exchanges.since(0).entries, exchanges.since(0).cleared, exchanges.since(0).forgotten) == ([], 3, 0)
    assert exchanges.marks() == (3, 3)
    exchanges.clear()
    assert add(exchanges, b"d") == [4]
    assert exchanges.marks() == (4, 3)


def test_what_is_gone_stays_counted(exchanges: Exchanges) -> None:
    add(exchanges, b"a", b"b", b"c")
    add(exchanges, b"d", kind="other")
    assert exchanges.counts() == {("kind", 3): (3, 1.5), ("other", 3): (1, 0.5)}
    exchanges.trim(2, 100)
    add(exchanges, b"e")
    exchanges.clear()
    assert exchanges.counts() == {("kind", 3): (4, 2.0), ("other", 3): (1, 0.5)}


def test_whoever_reads_on_misses_none_while_many_write(lasting: str) -> None:
    with stores(lasting, WRITERS + 1) as opened:
        written = list[list[int]]()
        told = list[int]()

        def act(index: int) -> None:
            exchanges = opened[index].exchanges
            assert exchanges is not None
            if index < WRITERS:
                written.append(add(exchanges, *[b"x"] * EACH))
                return
            while len(told) < WRITERS * EACH:
                told.extend(number for number, *_ in exchanges.since(told[-1] if told else 0).entries)

        at_once(WRITERS + 1, act)
    assert told == sorted(number for numbers in written for number in numbers)


def test_all_who_let_the_oldest_go_at_once_count_each_once(lasting: str) -> None:
    with stores(lasting, 3) as opened:

        def act(index: int) -> None:
            exchanges = opened[index].exchanges
            assert exchanges is not None
            for number in range(EACH):
                add(exchanges, b"x", kind=str(number % 4))
                exchanges.trim(2, 100)
            exchanges.clear()

        at_once(3, act)
        last = opened[0].exchanges
        assert last is not None
        assert last.counts() == {(str(kind), 3): (12, 6.0) for kind in range(4)}


def test_one_that_is_added_once_more_as_nobody_knows_whether_it_is_kept_is_kept_once(database: str) -> None:
    with closing(open_store(database, PATIENCE)) as store:
        assert store.exchanges is not None
        told = list[int]()
        noted = Noted(b"a", 1, "kind", 3, 0.5, new_key())
        for _ in range(2):
            store.exchanges.add(noted, told.append)
        assert (kept(store.exchanges), told) == ([b"a"], [1, 0])
