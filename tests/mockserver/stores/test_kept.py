"""Does a store give all that it remembers, and take what another gave? Every implementation passes these."""

from math import inf

from mockserver.memory import MemoryStore
from mockserver.store import Kept, Store
from tests.mockserver.stores.tasks import ids, task


def fill(store: Store) -> None:
    for account in "12":
        with store.holdings("api", account) as holdings:
            for name in "cab":
                holdings.add(task(f"{name}{account}", account=account, scope="x", same=name if name == "a" else ""))
            holdings.replace(task(f"c{account}", account=account, scope="x", ends=inf, expires=inf, downloaded=1.5))
            for now in (1.0, 2.25):
                holdings.spend("limit", 2, 10, now)
    store.strike("key", 5)
    store.next_number("api")


def test_what_one_store_gives_another_takes(store: Store) -> None:
    fill(store)
    kept = store.dump()
    other = MemoryStore()
    other.load(kept)
    assert [each.id for each in kept.tasks if each.account == "2"] == ["c2", "a2", "b2"]
    assert other.dump() == kept
    assert (other.next_number("api"), other.next_number("other"), other.strikes("key")) == (2, 1, (1, 5))


def test_what_is_loaded_takes_the_place_of_everything(store: Store) -> None:
    source = MemoryStore()
    fill(source)
    store.strike("gone", 1)
    store.next_number("gone")
    with store.holdings("api", "1") as holdings:
        holdings.add(task("gone"))
        holdings.spend("gone", 1, 10, 0)
    store.load(source.dump())
    assert store.dump() == source.dump()
    assert (store.strikes("gone")[0], store.next_number("gone"), store.find("gone")) == (0, 1, None)
    store.load(Kept())
    assert store.dump() == Kept()


def test_what_was_loaded_is_found_counted_and_limited_as_before(store: Store) -> None:
    source = MemoryStore()
    fill(source)
    store.load(source.dump())
    with store.holdings("api", "1") as holdings:
        found = holdings.same("a")
        assert found is not None
        assert (found.id, ids(holdings, "x"), holdings.count_unfinished(9)) == ("a1", ["c1", "a1", "b1"], 1)
        assert holdings.named("b1.csv") == task("b1", scope="x")
        assert [holdings.spend("limit", 2, 10, now) for now in (3.0, 11.0)] == [8, 0]


def test_what_was_given_does_not_change_with_the_store(store: Store) -> None:
    fill(store)
    kept = store.dump()
    before = list(kept.tasks)
    store.reset()
    assert list(kept.tasks) == before
