"""Can every answer of every reading be served?"""

from itertools import pairwise

import pytest

from openapi.loader import load, load_all
from openapi.model import Action, Spec
from tests.mockserver.cloud import start

READINGS = [
    pytest.param(spec.name, reading.id, answer, id=f"{spec.name}/{reading.id}={answer}")
    for spec in load_all().values()
    for reading in spec.readings.values()
    for answer in reading.answers
]
ALTERNATIVES = [
    each for each in READINGS if load_all()[each.values[0]].readings[each.values[1]].answers[each.values[2]]
]  # type: ignore[index]


@pytest.mark.parametrize(("api", "reading", "answer"), READINGS)
def test_every_answer_says_who_says_so(api: str, reading: str, answer: str) -> None:
    found = load(api).readings[reading]
    assert found.default in found.answers
    assert len(found.sources[answer]) > 10
    assert found.question.endswith("?")


@pytest.mark.parametrize(("api", "reading", "answer"), ALTERNATIVES)
def test_every_other_answer_changes_the_spec(api: str, reading: str, answer: str) -> None:
    assert load(api, {reading: answer}).document != load(api).document


@pytest.mark.parametrize(("api", "reading", "answer"), ALTERNATIVES)
def test_a_mock_lives_by_every_answer(api: str, reading: str, answer: str) -> None:
    specs = load_all([api], {f"{api}/{reading}": answer})
    cloud = start(specs)
    for operation in specs[api].operations.values():
        arguments = cloud.ready(api, operation.id)
        cloud.wait(60)
        response = cloud.call(api, operation.id, **arguments)
        assert response.status == operation.success.status, (operation.id, response)
        assert cloud.last().reason == "", operation.id
        cloud.engine.store.reset()
    for before, after in pairwise(_lifetimes(specs[api])):
        cloud.wait(after - before)
        assert _is_listed(cloud, specs[api])


def _lifetimes(spec: Spec) -> list[float]:
    """The moments at which a task of the API enters its phases, in seconds."""
    lifecycle = spec.lifecycle
    if lifecycle is None:
        return []
    ends = lifecycle.queued_seconds + lifecycle.running_seconds
    return [0, lifecycle.queued_seconds, ends, ends + (lifecycle.kept_seconds or 60)]


def _is_listed(cloud: object, spec: Spec) -> bool:
    assert hasattr(cloud, "example")
    lists = [each for each in spec.operations.values() if each.action is Action.LIST]
    return all(cloud.example(spec.name, each.id).status == each.success.status for each in lists)
