"""Is the phase of a task, and how far it is, a function of its timetable and the time alone?"""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.task import Task, during, next_change, phase, progress, timetable
from openapi.model import Lifecycle, Phase
from tests.mockserver.cloud import specs

ORDER = [Phase.QUEUED, Phase.RUNNING, Phase.SUCCEEDED, Phase.EXPIRED]
seconds = st.floats(0, 1e6)


def lifecycle(queued: float, running: float, kept: float | None) -> Lifecycle:
    return Lifecycle({}, {}, queued, running, kept, None, (0, 100), "{uuid}")


def task(starts: float = 12, ends: float = 20, expires: float = 100, outcome: Phase = Phase.SUCCEEDED) -> Task:
    return Task("1", "api", "Create", "7", "", {}, "", "", "name", 10, starts, ends, expires, outcome)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (10, Phase.QUEUED),
        (11.999, Phase.QUEUED),
        (12, Phase.RUNNING),
        (19.999, Phase.RUNNING),
        (20, Phase.SUCCEEDED),
        (99.999, Phase.SUCCEEDED),
        (100, Phase.EXPIRED),
        (5, Phase.QUEUED),
    ],
)
def test_a_phase_begins_at_its_moment(now: float, found: Phase) -> None:
    assert phase(task(), now) is found


def test_a_failed_task_stays_failed() -> None:
    failed = task(outcome=Phase.FAILED)
    assert [phase(failed, now) for now in (19, 20, 10_000)] == [Phase.RUNNING, Phase.FAILED, Phase.FAILED]


def test_a_task_that_is_kept_for_ever_never_expires() -> None:
    assert phase(task(expires=inf), 1e12) is Phase.SUCCEEDED


def test_the_timetable_adds_up_the_seconds_of_the_spec() -> None:
    assert timetable(lifecycle(2, 8, 90), 10) == (12, 20, 110)
    assert timetable(lifecycle(2, 8, None), 10) == (12, 20, inf)


@pytest.mark.parametrize(
    ("now", "percent"), [(10, 0), (12, 0), (14, 25), (19.99, 99), (20, 100), (99, 100), (200, 100)]
)
def test_progress_grows_while_the_task_runs(now: float, percent: int) -> None:
    assert progress(task(), now, (0, 100)) == percent


def test_progress_keeps_to_its_bounds() -> None:
    assert [progress(task(), now, (1, 99)) for now in (0, 16, 20)] == [1, 50, 99]


def test_a_task_that_fails_stops_half_way() -> None:
    assert progress(task(outcome=Phase.FAILED), 20, (0, 100)) == 50


def test_a_task_that_takes_no_time_is_done_at_once() -> None:
    instant = task(starts=10, ends=10, expires=inf)
    assert (phase(instant, 10), progress(instant, 10, (0, 100))) == (Phase.SUCCEEDED, 100)


def test_the_next_change_is_the_next_moment_of_the_timetable() -> None:
    assert [next_change(task(), now) for now in (10, 12, 19, 20, 100)] == [12, 20, 20, 100, inf]
    assert next_change(task(outcome=Phase.FAILED), 20) == inf


@given(seconds, seconds, seconds, st.lists(seconds, min_size=2), st.sampled_from([Phase.SUCCEEDED, Phase.FAILED]))
def test_no_task_ever_goes_back(
    queued: float, running: float, kept: float, moments: list[float], outcome: Phase
) -> None:
    starts, ends, expires = timetable(lifecycle(queued, running, kept), 10)
    made = replace(task(starts, ends, expires), outcome=outcome)
    order = ORDER if outcome is Phase.SUCCEEDED else [*ORDER[:2], Phase.FAILED]
    ranks = [order.index(phase(made, moment)) for moment in sorted(moments)]
    percents = [progress(made, moment, (0, 100)) for moment in sorted(moments)]
    assert ranks == sorted(ranks)
    assert percents == sorted(percents)
    assert all(0 <= percent <= 100 for percent in percents)


@given(seconds, seconds, seconds, seconds)
def test_a_phase_changes_at_the_next_change_and_not_before(a: float, b: float, c: float, now: float) -> None:
    starts, ends, expires = sorted((a, b, c))
    made = task(starts, ends, expires)
    change = next_change(made, now)
    if change < inf:
        assert change > now
        assert phase(made, (now + change) / 2) in {phase(made, now), phase(made, change)}


@given(seconds, seconds, seconds, seconds, seconds)
def test_a_phase_lasts_from_its_first_moment_until_before_the_next(
    a: float, b: float, c: float, now: float, other: float
) -> None:
    starts, ends, expires = sorted((a, b, c))
    made = task(starts, ends, expires)
    since, until = during(made, now)
    assert since <= now < until
    if since <= other < until:
        assert phase(made, other) is phase(made, now)


@pytest.mark.parametrize("api", [name for name, spec in specs().items() if spec.lifecycle])
def test_every_documented_timetable_passes_through_every_phase_it_has_a_word_for(api: str) -> None:
    declared = specs()[api].lifecycle
    assert declared is not None
    starts, ends, expires = timetable(declared, 0)
    made = replace(task(starts, ends, expires), created=0)
    seen = {phase(made, moment) for moment in (0, starts, ends, min(expires, 1e12))}
    seen |= {phase(replace(made, outcome=Phase.FAILED), ends)}
    assert declared.words.keys() - seen == set()
