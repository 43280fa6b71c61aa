"""Are tasks listed by what they have in common as a search through all of them would find them?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.accounts import FIRST
from mockserver.memory import MemoryHoldings, MemoryStore
from mockserver.task import Task
from mockserver.traits import Trait, canonical, reader
from openapi.model import Json
from tests.mockserver.cloud import Cloud, start
from tests.mockserver.stores.tasks import task

IOTDA, BLS, WORKSPACE = "huawei-iotda", "baidu-bls", "huawei-workspace"
VALUES: list[Json] = [None, 1, 1.0, True, "1", {"a": 1, "b": [2]}, {"b": [2], "a": 1}]
Step = tuple[str, int, Json, str]  # what is done to which task, its argument, its scope
STEPS = st.tuples(
    st.sampled_from(["add", "remove", "replace", "look"]),
    st.integers(0, 5),
    st.sampled_from(VALUES),
    st.sampled_from(["", "x"]),
)


def made(number: int, value: Json, scope: str) -> Task:
    return task(f"{number}", arguments={} if value is None else {"n": value}, scope=scope)


def done(step: Step, holdings: MemoryHoldings, held: dict[str, Task]) -> None:
    """Do one step, in the holdings and in what they should hold."""
    what, number, value, scope = step
    name = f"{number}"
    if what == "add" and name not in held:
        held[name] = made(number, value, scope)
        holdings.add(held[name])
    elif what == "remove":
        held.pop(name, None)
        holdings.remove(name)
    elif what == "replace" and name in held:
        held[name] = replace(held[name], arguments=made(number, value, scope).arguments)
        holdings.replace(held[name])


@given(st.lists(STEPS, max_size=30))
def test_a_line_is_what_a_search_would_find(steps: list[Step]) -> None:
    holdings, held = MemoryHoldings(), dict[str, Task]()
    for step in steps:
        done(step, holdings, held)
        if step[0] == "look":
            trait = Trait("argument.n", canonical(1), canonical(step[2]))
            line = holdings.line(step[3], trait)
            has = trait.chooser()
            expected = [each for each in held.values() if has(each) and step[3] in ("", each.scope)]
            assert ([*line.walk(newest_first=False)], len(line)) == (expected, len(expected))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (1, 1.0, False),
        (1, True, False),
        (None, False, False),
        (2**70, 2**70, True),
        ("\ud800", "\ud800", True),
        ("é", "e\u0301", False),
    ],
)
def test_values_are_the_same_in_any_order_but_not_of_other_types(one: Json, other: Json, *, same: bool) -> None:
    assert (canonical(one) == canonical(other)) is same


class Watched(MemoryStore):
    """A store that tells whether all tasks were looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.is_searched = False

    @contextmanager
    def holdings(self, api: str, account: str) -> Iterator[Any]:  # type: ignore[override]
        with super().holdings(api, account) as holdings:
            yield _Watched(self, holdings)


class _Watched:
    def __init__(self, store: Watched, inner: MemoryHoldings) -> None:
        self._store, self._inner = store, inner

    def __getattr__(self, name: str) -> Any:
        self._store.is_searched |= name == "tasks"
        return getattr(self._inner, name)


@pytest.fixture(scope="module")
def store() -> Watched:
    return Watched()


@pytest.fixture(scope="module")
def cloud(store: Watched) -> Cloud:
    mock = start(any_resource=True, store=store)
    for number in range(3):
        condition = {"task_id": f"{number % 2:024x}"}
        mock.example(IOTDA, "CreateExportTask", app_id=f"space{number}", resource_condition=condition)
        mock.example(BLS, "CreateDownloadTask", project=f"project{number}")
        mock.example(WORKSPACE, "ExportUsersNew")
        mock.wait(1)
    return mock


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, 3),
        ({"app_id": "space1"}, 1),
        ({"resource_condition": '{"task_id":"000000000000000000000000"}'}, 2),
        ({"resource_condition": '{"task_id":"000000000000000000000000"}', "app_id": "space2"}, 1),
        ({"resource_condition": '{"task_id":"000000000000000000000000"}', "app_id": "space1"}, 0),
        ({"app_id": "nothing"}, 0),
    ],
)
def test_a_filter_that_compares_an_argument_searches_nothing(
    cloud: Cloud, store: Watched, arguments: dict[str, Any], found: int
) -> None:
    store.is_searched = False
    asked = {"project_id": FIRST.project, "resource_type": "BatchTask", **arguments}
    answer = cloud.call(IOTDA, "ListExportTasks", **asked).json
    assert (len(answer["export_tasks"]), answer["page"]["count"]) == (found, found)
    assert not store.is_searched


def test_a_project_is_found_without_a_search(cloud: Cloud, store: Watched) -> None:
    store.is_searched = False
    answer = cloud.call(BLS, "ListDownloadTask", project="project1").json["result"]
    assert ([each["project"] for each in answer["tasks"]], store.is_searched) == (["project1"], False)


@pytest.mark.parametrize("name", ["task_id", "file_name"])
def test_a_task_is_found_by_its_names_without_a_search(cloud: Cloud, store: Watched, name: str) -> None:
    tasks = cloud.call(WORKSPACE, "ListExportTasks", project_id=FIRST.project).json["export_tasks"]
    store.is_searched = False
    asked = {"project_id": FIRST.project, name: tasks[1][name]}
    assert cloud.call(WORKSPACE, "ListExportTasks", **asked).json == {"export_tasks": [tasks[1]], "count": 1}
    assert not store.is_searched


def test_what_is_behind_a_marker_is_found_without_a_search(cloud: Cloud, store: Watched) -> None:
    asked = {"project_id": FIRST.project, "resource_type": "BatchTask"}
    ids = [each["export_task_id"] for each in cloud.call(IOTDA, "ListExportTasks", **asked).json["export_tasks"]]
    store.is_searched = False
    answer = cloud.call(IOTDA, "ListExportTasks", **asked, marker=ids[0], limit=1).json
    assert ([each["export_task_id"] for each in answer["export_tasks"]], answer["page"]["count"]) == ([ids[1]], 3)
    assert not store.is_searched


def test_a_marker_that_no_task_has_is_compared_with_all(cloud: Cloud, store: Watched) -> None:
    asked = {"project_id": FIRST.project, "resource_type": "BatchTask"}
    ids = [each["export_task_id"] for each in cloud.call(IOTDA, "ListExportTasks", **asked).json["export_tasks"]]
    store.is_searched = False
    answer = cloud.call(IOTDA, "ListExportTasks", **asked, marker=ids[0][:8] + "f" * 16).json["export_tasks"]
    assert ([each["export_task_id"] for each in answer], store.is_searched) == (ids, True)


@pytest.mark.parametrize("default", [None, 0, "", "é", [1, {"a": None}], 2**70], ids=repr)
def test_what_stands_for_nothing_is_found_as_it_is_shown(default: Json) -> None:
    nothing, something = made(1, None, ""), made(2, 7, "")
    trait = Trait("argument.n", canonical(default), canonical(default))
    assert [trait.chooser()(task) for task in (nothing, something)] == [True, False]
    assert [reader("argument.n", default)(task) for task in (nothing, something)] == [default, 7]
