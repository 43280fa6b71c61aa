"""The documented life of a task: its words, their order, its progress, and when it expires."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.expect import require_accepted
from contracts.pace import MARGIN
from contracts.situations.lists import unreadable
from contracts.situations.sights import (
    Sight,
    ends,
    failing_task,
    require_patience,
    see,
    see_listed,
    task_in,
    wait_long,
    watch,
)
from contracts.situations.tasks import create, creators, start, with_resources
from contracts.target import Capability
from openapi.binding import read
from openapi.clauses import Clause, ClauseKind
from openapi.model import Json, Lifecycle, Phase

AFTER = 5  # looks at a task that has ended
LONG = timedelta(days=30).total_seconds()  # for which a task that never expires stays as it is


def _fails(clause: Clause) -> bool:
    return Phase.FAILED in clause.detail.words


def _ends_well(clause: Clause) -> bool:
    return clause.subject in {Phase.QUEUED, Phase.RUNNING, Phase.SUCCEEDED}


@check(ClauseKind.PHASE, when=_ends_well)
def shows_each_phase_in_its_word(api: Api, clause: Clause) -> None:
    """A task that ends well is seen in the word of the phase, and in no word that is not documented."""
    life: Lifecycle = clause.detail
    task = _start(api)
    if api.target.is_mock:
        whole = life.queued_seconds + life.running_seconds
        moments = {Phase.QUEUED: 0.0, Phase.RUNNING: whole - life.running_seconds / 2, Phase.SUCCEEDED: whole}
        api.target.wait(moments[Phase(clause.subject)])
        _expect_word(see(api, task), clause, f"while it is {clause.subject}")
        _expect_word(see_listed(api, task), clause, f"in the list while it is {clause.subject}")
        return
    seen = watch(api, task)
    _expect_documented(seen, life)
    if clause.value not in _words(seen):
        raise NotObserved(f"the task was never seen {clause.subject}, only as {_said(_words(seen))}")
    if clause.value == seen[-1].word and clause.value in ends(api):
        _expect_word(see_listed(api, task), clause, f"in the list once it is {clause.subject}")


@check(ClauseKind.PHASE, when=lambda clause: clause.subject == Phase.FAILED)
def shows_a_failure_in_its_word(api: Api, clause: Clause) -> None:
    """A task that is made to fail ends in the word of failure."""
    api.target.fail_next_task(api.spec.name)
    task = _start(api)
    _expect_word(watch(api, task)[-1], clause, "once it has failed")
    _expect_word(see_listed(api, task), clause, "in the list once it has failed")


@check(ClauseKind.PHASE, when=lambda clause: clause.subject == Phase.EXPIRED)
def shows_an_expired_task_in_its_word(api: Api, clause: Clause) -> None:
    """A task that has ended well, and was kept for as long as documented, is shown in the word of expiry."""
    task = task_in(api, Phase.EXPIRED)
    _expect_word(see(api, task), clause, "once it has expired")
    _expect_word(see_listed(api, task), clause, "in the list once it has expired")


@check(ClauseKind.TRANSITION)
def goes_through_its_phases_in_order(api: Api, clause: Clause) -> None:
    """From look to look a task stays where it is or goes on, never back; once it has ended it stays so."""
    task = _start(api)
    seen = watch(api, task)
    _expect_documented(seen, clause.detail)
    if seen[-1].word not in ends(api):
        if not api.target.is_mock:  # nobody says how long a task takes
            raise NotObserved(f"the task did not end in {api.target.patience:g} s: --wait-up-to gives it longer")
        raise Broken("a task that ends", seen[-1].reply, f"{_said(_words(seen))} after all the time it was given")
    _expect_order(api, clause, [*seen, *_looks_after(api, clause, task)])


@check(ClauseKind.TRANSITION, when=_fails)
def fails_and_stays_failed(api: Api, clause: Clause) -> None:
    """A task that is made to fail goes to failure in order, and never to success."""
    api.target.fail_next_task(api.spec.name)
    task = _start(api)
    seen = [*watch(api, task), *_looks_after(api, clause, task)]
    _expect_order(api, clause, seen)
    if seen[-1].word != clause.detail.words[Phase.FAILED]:
        raise Broken("a task that was made to fail shown as failed", seen[-1].reply, _said(_words(seen)))


@check(ClauseKind.PROGRESS)
def makes_progress_that_never_falls(api: Api, clause: Clause) -> None:
    """Every look shows a whole number within the documented bounds, none below the one before, the last at the end."""
    low, high = clause.detail.progress
    seen = watch(api, _start(api))
    _expect_progress(seen, low, high)
    if seen[-1].word != clause.detail.words[Phase.SUCCEEDED]:
        raise NotObserved(f"the task never ended well; it was seen as {_said(_words(seen))}")
    if seen[-1].values["task.progress"] != high:
        raise Broken(f"a progress of {high} once the task has ended well", seen[-1].reply)
    if api.target.is_mock and seen[0].values["task.progress"] != low:
        raise Broken(f"a progress of {low} right after the task was created", seen[0].reply)


@check(ClauseKind.PROGRESS, when=_fails)
def makes_no_progress_backwards_when_it_fails(api: Api, clause: Clause) -> None:
    """The progress of a task that fails stays within its bounds, and never falls either."""
    api.target.fail_next_task(api.spec.name)
    _expect_progress(watch(api, _start(api)), *clause.detail.progress)


@check(ClauseKind.EXPIRY)
def keeps_a_task_for_as_long_as_documented(api: Api, clause: Clause) -> None:
    """Shortly before the documented time is over the task is as it was, shortly after it has expired, and for good."""
    life: Lifecycle = clause.detail
    seconds: float = clause.detail.kept_seconds
    require_patience(api, seconds)
    task, begun = start(api), api.target.now()
    seen = watch(api, task)
    if seen[-1].word != life.words[Phase.SUCCEEDED]:
        raise NotObserved(f"the task never ended well; it was seen as {_said(_words(seen))}")
    kept, unfinished = timedelta(seconds=seconds), seen[-2].at if len(seen) > 1 else begun
    _wait_until(api, unfinished + kept - timedelta(seconds=MARGIN))
    _expect_at(api, task, life.words[Phase.SUCCEEDED], f"less than {seconds} s after the task ended")
    _wait_until(api, seen[-1].at + kept + timedelta(seconds=MARGIN))
    _expect_at(api, task, life.words.get(Phase.EXPIRED), f"more than {seconds} s after the task ended")
    if Capability.CLOCK in api.target.capabilities:
        api.target.wait(seconds)
        _expect_at(api, task, life.words.get(Phase.EXPIRED), "long after the task has expired")


@check(ClauseKind.EXPIRY, when=_fails)
def leaves_a_failed_task_failed(api: Api, clause: Clause) -> None:
    """A task that failed has no file that could expire: it is shown as failed or as expired, or is gone."""
    require_patience(api, clause.detail.kept_seconds)
    task = failing_task(api)
    wait_long(api, clause.detail.kept_seconds)
    found, life = see(api, task), clause.detail
    words = [life.words[phase] for phase in (Phase.FAILED, Phase.EXPIRED) if phase in life.words]
    if found is not None and found.word not in words:
        raise Broken(f"a failed task shown as {_said(words)}, {clause.value} s later", found.reply)


def _start(api: Api) -> str:
    """The id of a new task, read even where the answer is not what its schema says. Raises NotObserved, Broken."""
    reply = create(api)
    if not reply.accepted and not reply.error_code:
        operation = creators(api)[0]
        found = read(operation.success.schema or {}, reply.body).get("task.id")
        if not found:
            raise unreadable(api, reply, "creating a task")
        api.created[str(found)] = with_resources(api, operation)
        return str(found)
    return str(require_accepted(reply, "creating a task").values.get("task.id"))


def _looks_after(api: Api, clause: Clause, task: str) -> list[Sight]:
    """Looks at a task that has ended, for as long as its life is expected to take; on a clock, one long after too."""
    life: Lifecycle = clause.detail
    seen: list[Sight] = []
    waits = [(life.queued_seconds + life.running_seconds) / AFTER] * AFTER
    if Capability.CLOCK in api.target.capabilities:
        waits.append(LONG if life.kept_seconds is None else life.kept_seconds / 2)
    for seconds in waits:
        api.target.wait(seconds)
        found = see(api, task)
        if found is None:
            raise Broken("a task that has ended still there", received="it is gone")
        seen.append(found)
    return seen


def _expect_word(found: Sight | None, clause: Clause, when: str) -> None:
    if found is None:
        raise Broken(f"the task shown as {clause.value!r} {when}", received="it is gone")
    if found.word != clause.value:
        raise Broken(f"the task shown as {clause.value!r} {when}", found.reply, repr(found.word))


def _expect_documented(seen: list[Sight], life: Lifecycle) -> None:
    words = list(life.words.values())
    stray = [each for each in seen if each.word not in words]
    if stray:
        raise Broken(f"none but the words {_said(words)}", stray[0].reply, _said(_words(seen)))


def _expect_order(api: Api, clause: Clause, seen: list[Sight]) -> None:
    """No look shows an undocumented word, or one of an earlier phase than the look before."""
    _expect_documented(seen, clause.detail)
    words, final = list(dict.fromkeys(clause.detail.words.values())), ends(api)
    for before, after in pairwise(seen):
        if words.index(after.word) < words.index(before.word):
            raise Broken(f"the task still {before.word!r} or further", after.reply, _said(_words(seen)))
        expires = after.word == clause.detail.words.get(Phase.EXPIRED)
        if before.word in final and after.word != before.word and not expires:
            raise Broken(f"a task that is {before.word!r} left so", after.reply, _said(_words(seen)))


def _expect_progress(seen: list[Sight], low: int, high: int) -> None:
    last: float = low
    for each in seen:
        found = each.values.get("task.progress")
        if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
            raise Broken(f"a progress from {low} to {high}", each.reply, repr(found))
        if found < last:
            raise Broken(f"a progress of at least {last}, as it was before", each.reply, repr(found))
        last = found


def _expect_at(api: Api, task: str, word: Json, when: str) -> None:
    """A task in that word; None: no task any more."""
    found = see(api, task)
    if (found.word if found else None) != word:
        reply, received = (found.reply, repr(found.word)) if found else (None, "it is gone")
        raise Broken(f"the task shown as {word!r} {when}" if word else f"no such task {when}", reply, received)


def _wait_until(api: Api, moment: datetime) -> None:
    wait_long(api, max((moment - api.target.now()).total_seconds() - MARGIN, 0))


def _words(seen: list[Sight]) -> list[Json]:
    """The words in the order in which they were seen, each change once."""
    words = [each.word for each in seen]
    return [word for index, word in enumerate(words) if index == 0 or words[index - 1] != word]


def _said(words: Iterable[Json]) -> str:
    return ", ".join(map(repr, dict.fromkeys(words)))
