"""Is only so much remembered of what clients send, and nothing that is long?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver import listing, service
from mockserver.accounts import FIRST
from mockserver.facts import Call
from openapi.messages import Request
from tests.mockserver.cloud import specs

API, CREATE = "huawei-iotda", "CreateExportTask"


@pytest.fixture(autouse=True)
def _nothing_yet() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    service._KNOWN.clear()
    listing._known_wanted.cache_clear()


def sameness(app_id: str) -> str:
    """What two tasks with such an argument have in common."""
    spec = specs()[API]
    operation = spec.operations[CREATE]
    arguments = {**operation.example, "app_id": app_id}
    return service._sameness(Call(spec, operation, FIRST, arguments, Request("POST", "/"), "", 0.0))


def test_of_what_makes_tasks_the_same_only_so_much_is_known() -> None:
    for number in range(3 * service.KEPT):
        assert f'"space{number}"' in sameness(f"space{number}")
        assert len(service._KNOWN) <= service.KEPT
    assert sameness("space0") == sameness("space0")


def test_nothing_long_that_makes_tasks_the_same_is_known() -> None:
    sameness("x" * service.LONGEST)
    assert not service._KNOWN
    assert sameness("x") in service._KNOWN.values()


def test_of_what_filters_ask_for_only_so_much_is_known() -> None:
    for number in range(3 * listing.KEPT):
        assert listing._wanted(f'{{"b": 1, "a": {number}}}') == f'{{"a":{number},"b":1}}'
    assert listing._known_wanted.cache_info().currsize == listing.KEPT


def test_nothing_long_that_a_filter_asks_for_is_known() -> None:
    text = "x" * listing.LONGEST
    assert listing._wanted(f'"{text}"') == f'"{text}"'
    assert listing._known_wanted.cache_info().currsize == 0
    listing._wanted(text)
    assert listing._known_wanted.cache_info().currsize == 1
