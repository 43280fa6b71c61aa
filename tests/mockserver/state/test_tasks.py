"""Does a task that is written come back as it was?"""

from __future__ import annotations

from dataclasses import fields, replace
from math import inf
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from mockserver.faults.effects import EFFECTS, Kind, Name
from mockserver.flaws import Flaw
from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.state.tasks import TASK, read, written
from mockserver.task import Failure, Task
from openapi.model import Phase

MOMENTS = st.floats(0, 1e11)
NEVER = MOMENTS | st.just(inf)
TEXT = st.text(max_size=9)
NAME = st.text(min_size=1, max_size=9)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
EFFECT = st.sampled_from([Name(name) for name, effect in EFFECTS.items() if effect.kind is Kind.TASK])
PERCENT = st.integers(0, 100)
FLAWS = st.builds(Flaw, EFFECT, TEXT, at=PERCENT, to=PERCENT, ends=NEVER, until=MOMENTS, shown=TEXT)
TASKS = st.builds(
    Task,
    *(NAME, NAME, NAME, NAME, TEXT, st.dictionaries(TEXT, JSON, max_size=3), TEXT, TEXT, TEXT),
    *(MOMENTS, MOMENTS, NEVER, NEVER),
    outcome=st.sampled_from([Phase.SUCCEEDED, Phase.FAILED]),
    failure=st.none() | st.builds(Failure, TEXT, TEXT),
    downloaded=st.none() | MOMENTS,
    flaw=st.none() | FLAWS,
)
PLAIN = Task("a", "api", "Create", "1", "", {}, "seed", "", "a.csv", 0, 1, 2, 3)
ACCEPTED = Draft202012Validator(TASK)


@settings(max_examples=50)
@given(TASKS)
def test_a_task_comes_back_as_it_was(task: Task) -> None:
    assert read(from_bytes(to_bytes(written(task)))) == task


@settings(max_examples=50)
@given(TASKS)
def test_what_is_written_is_as_it_is_described(task: Task) -> None:
    ACCEPTED.validate(from_bytes(to_bytes(written(task))))


def test_every_member_of_a_task_and_of_its_flaw_is_written() -> None:
    found = written(replace(PLAIN, flaw=Flaw(Name.STUCK, "stuck-1")))
    assert [*found] == [field.name for field in fields(Task)]
    assert [*found["flaw"]] == [field.name for field in fields(Flaw)]


def test_a_number_beyond_what_a_machine_counts_with_is_not_rounded() -> None:
    odd = replace(PLAIN, arguments={"size": 10**30 + 1, "less": -(2**63) - 1, "text": "\ud800"})
    assert read(from_bytes(to_bytes(written(odd)))).arguments == odd.arguments
