"""Are ids well formed, unguessable without a seed and repeatable with one?"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.ids import Ids, RandomIds, SeededIds

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)], ids=["random", "seeded"])
def test_a_uuid_is_of_version_4(ids: Ids) -> None:
    assert UUID4.fullmatch(ids.uuid())


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)], ids=["random", "seeded"])
@pytest.mark.parametrize("digits", [1, 8, 24, 31, 32])
def test_hexadecimal_ids_have_the_digits_asked_for(ids: Ids, digits: int) -> None:
    assert re.fullmatch(rf"[0-9a-f]{{{digits}}}", ids.hex(digits))


def test_the_same_seed_gives_the_same_ids_in_the_same_order() -> None:
    first, second = SeededIds(7), SeededIds(7)
    assert [first.uuid(), first.hex(24), first.uuid()] == [second.uuid(), second.hex(24), second.uuid()]


def test_another_seed_gives_other_ids() -> None:
    assert SeededIds(7).uuid() != SeededIds(8).uuid()


def test_random_ids_do_not_repeat() -> None:
    ids = RandomIds()
    assert len({ids.uuid() for _ in range(1000)} | {ids.hex(32) for _ in range(1000)}) == 2000


def test_threads_share_a_seed_without_getting_the_same_id_twice() -> None:
    ids = SeededIds(7)
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: ids.uuid(), range(2000)))
    assert sorted(drawn) == sorted(SeededIds.uuid(again) for again in [SeededIds(7)] for _ in range(2000))


def test_started_over_the_first_ids_come_again() -> None:
    ids = SeededIds(7)
    first = [ids.uuid(), ids.hex(24)]
    ids.start_over()
    assert [ids.uuid(), ids.hex(24)] == first
