"""Does a store share documents, and tell whoever has it that they changed?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.store import Conflict, Store
from mockserver.stores.opening import open_store
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import task


def test_a_document_is_kept_replaced_and_forgotten(store: Store) -> None:
    first = store.put_document("clock", b"1")
    second = store.put_document("faults", b"2")
    assert store.documents() == {"clock": (first, b"1"), "faults": (second, b"2")}
    third = store.put_document("clock", b"3")
    assert store.documents() == {"clock": (third, b"3"), "faults": (second, b"2")}
    fourth = store.put_document("clock", None)
    assert store.documents() == {"faults": (second, b"2")}
    assert first < second < third < fourth == store.revision()
    assert (store.document("faults"), store.document("clock")) == ((second, b"2"), None)


def test_a_document_that_somebody_changed_meanwhile_is_not_replaced(store: Store) -> None:
    version = store.put_document("clock", b"1", 0)
    store.put_document("clock", b"2", version)
    before = store.revision()
    for stale in (version, 0):
        with pytest.raises(Conflict):
            store.put_document("clock", b"3", stale)
    with pytest.raises(Conflict):
        store.put_document("other", b"3", version)
    assert (store.documents()["clock"][1], store.revision()) == (b"2", before)


def test_a_document_changes_with_what_an_account_holds(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a"))
        store.put_document("faults", b"1")
        number = store.next_number("api")
    assert (number, store.documents()["faults"][1], len(store.all_tasks())) == (1, b"1", 1)


def test_a_reset_leaves_the_documents(store: Store) -> None:
    store.put_document("clock", b"1")
    store.reset()
    assert store.documents()["clock"][1] == b"1"


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_whoever_has_the_same_store_sees_the_same_documents(address: str) -> None:
    one, other = open_store(address, PATIENCE), open_store(address, PATIENCE)
    assert other.revision() == 0
    at = one.put_document("clock", b"1")
    assert (other.revision(), other.documents()) == (at, {"clock": (at, b"1")})
    one.close()
    other.close()


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_of_two_who_change_a_document_at_once_one_is_told(address: str) -> None:
    stores = [open_store(address, PATIENCE) for _ in range(2)]

    def count_up(number: int) -> int:
        """How often it was told."""
        told = 0
        while True:
            version, content = stores[number % 2].documents().get("count", (0, b"0"))
            try:
                stores[number % 2].put_document("count", str(int(content) + 1).encode(), version)
            except Conflict:
                told += 1
            else:
                return told

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, range(20)))
    assert stores[0].documents()["count"][1] == b"20"
    for each in stores:
        each.close()
