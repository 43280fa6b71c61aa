"""Can every answer of every reading be served?"""

from itertools import pairwise

import pytest

from openapi.loader import load, load_all
from openapi.model import Action, Spec
from tests.mockserver.cloud import Cloud, specs, start

ANSWERS = [
    (spec.name, reading.id, answer, change)
    for spec in specs().values()
    for reading in spec.readings.values()
    for answer, change in reading.answers.items()
]
READINGS = [pytest.param(*each, id="{}/{}={}".format(*each)) for *each, _ in ANSWERS]
ALTERNATIVES = [pytest.param(*each, id="{}/{}={}".format(*each)) for *each, change in ANSWERS if change]


@pytest.mark.parametrize(("api", "reading", "answer"), READINGS)
def test_every_answer_says_who_says_so(api: str, reading: str, answer: str) -> None:
    found = specs()[api].readings[reading]
    assert found.default in found.answers
    assert len(found.sources[answer]) > 10
    assert found.question.endswith("?")


@pytest.mark.parametrize(("api", "reading", "answer"), ALTERNATIVES)
def test_every_other_answer_changes_the_spec(api: str, reading: str, answer: str) -> None:
    assert load(api, {reading: answer}).document != specs()[api].document


@pytest.mark.parametrize(("api", "reading", "answer"), ALTERNATIVES)
def test_a_mock_lives_by_every_answer(api: str, reading: str, answer: str) -> None:
    chosen = load_all([api], {f"{api}/{reading}": answer})
    cloud = start(chosen)
    for operation in chosen[api].operations.values():
        arguments = cloud.ready(api, operation.id)
        cloud.wait(60)
        response = cloud.call(api, operation.id, **arguments)
        assert response.status == operation.success.status, (operation.id, response)
        assert cloud.last().reason == "", operation.id
        cloud.engine.store.reset()
    for before, after in pairwise(_lifetimes(chosen[api])):
        cloud.wait(after - before)
        assert _is_listed(cloud, chosen[api])


def _lifetimes(spec: Spec) -> list[float]:
    """The moments at which a task of the API enters its phases, in seconds."""
    lifecycle = spec.lifecycle
    if lifecycle is None:
        return []
    ends = lifecycle.queued_seconds + lifecycle.running_seconds
    return [0, lifecycle.queued_seconds, ends, ends + (lifecycle.kept_seconds or 60)]


def _is_listed(cloud: Cloud, spec: Spec) -> bool:
    lists = [each for each in spec.operations.values() if each.action is Action.LIST]
    return all(cloud.example(spec.name, each.id).status == each.success.status for each in lists)
