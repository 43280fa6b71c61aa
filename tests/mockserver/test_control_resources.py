"""Can what exists, and what goes wrong, be chosen from outside?"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.mockserver.cloud import specs
from tests.mockserver.control_plane import API, TOPIC, Control, start


@pytest.fixture
def control() -> Control:
    return start()


def test_what_the_spec_names_exists(control: Control) -> None:
    topic = specs()[API].resources["topic"]
    found = control.ask("GET", "/resources").json["resources"]
    assert {**TOPIC, "id": topic.default, "condition": ""} in found


def test_what_is_put_exists_until_it_is_removed(control: Control) -> None:
    mine = {**TOPIC, "id": "mine", "condition": "closed"}
    answer = control.ask("POST", "/resources", mine)
    assert (answer.status, answer.json) == (201, mine)
    assert mine in control.ask("GET", "/resources").json["resources"]
    assert control.ask("DELETE", f"/resources?api={API}&kind=topic&id=mine").status == 200
    assert mine not in control.ask("GET", "/resources").json["resources"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [({"api": "x"}, API), ({"kind": "x"}, "topic"), ({"condition": "x"}, "closed"), ({"ids": "x"}, "id")],
    ids=str,
)
def test_a_name_that_is_wrong_is_answered_with_the_right_ones(
    control: Control, wrong: Mapping[str, str], right: str
) -> None:
    before = control.ask("GET", "/resources").json
    assert right in control.refused("POST", "/resources", {**TOPIC, "id": "mine", **wrong})[1]
    assert control.ask("GET", "/resources").json == before


def test_a_fault_answers_the_calls_it_waits_for(control: Control) -> None:
    fault = {"api": API, "operation": "DescribeExports", "code": "InternalError", "times": 2}
    assert control.ask("POST", "/faults", fault).status == 201
    (set_,) = control.ask("GET", "/faults").json["faults"]
    assert fault.items() <= set_.items()
    assert (set_["met"], set_["fired"], set_["spent"]) == (0, 0, False)
    answers = [control.cloud.example(API, "DescribeExports").json["Response"] for _ in range(3)]
    assert [answer.get("Error", {}).get("Code") for answer in answers] == ["InternalError", "InternalError", None]


def test_faults_can_be_taken_back(control: Control) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError"})
    assert control.ask("DELETE", "/faults").status == 200
    assert control.ask("GET", "/faults").json == {"faults": []}


@pytest.mark.parametrize(
    "wrong",
    [{"code": "Nonsense"}, {"operation": "Nonsense"}, {"api": "x"}, {"times": 0}, {"times": "1"}, {"x": 1}],
    ids=str,
)
def test_a_fault_that_cannot_happen_is_refused(control: Control, wrong: Mapping[str, Any]) -> None:
    control.refused("POST", "/faults", {"api": API, "code": "InternalError", **wrong})
    assert control.ask("GET", "/faults").json == {"faults": []}
