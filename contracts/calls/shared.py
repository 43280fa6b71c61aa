"""What the checks of a run share: answers that were seen, and tasks that are there, so that nothing is asked twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi.members import takes_task
from openapi.messages import Request
from openapi.model import Action, Json, Operation, Spec
from openapi.reasons import Reason

if TYPE_CHECKING:
    from contracts.calls.client import Reply
    from contracts.calls.composing import Arguments

Key = tuple[str, str]  # the account, and an operation or a use of tasks
About = tuple[str, ...]  # the account, and what led to an answer
FINISHED, SPARE = "finished", "spare"  # a task whose file can be had; one that may as well be deleted


@dataclass
class Shared:
    """Of one API: asked for once, used by every check that needs no more.

    A mock does the same for the same request from a clean slate: refusals that started from one are shared by all
    clauses, calls that were accepted by one check alone. Where calls are dear (`is_frugal`), as on a real endpoint,
    answers to accepted calls and tasks are shared by all clauses, too; but then they only ever show that a promise is
    kept: a clause that is not held is judged anew without them.
    """

    is_frugal: bool = False
    refusals: dict[About, tuple[Reply, ...]] = field(default_factory=dict["About", tuple["Reply", ...]])
    accepted: set[About] = field(default_factory=set["About"])  # calls that the check has seen to be accepted
    at_hand: dict[Key, dict[str, Json]] = field(
        default_factory=dict[Key, dict[str, Json]]
    )  # arguments of calls that the check will make
    answers: dict[Key, Reply] = field(default_factory=dict["Key", "Reply"])
    tasks: dict[Key, str] = field(default_factory=dict["Key", str])
    given: dict[str, Arguments] = field(default_factory=dict[str, "Arguments"])  # what each task was created with
    is_used: bool = False  # an answer, by the check that is made
    is_stale: bool = False  # a task turned out not to be there any more

    def answer(self, account: str, operation: Operation) -> Reply | None:
        """What the operation answered to a call that was accepted."""
        found = self.answers.get((account, operation.id))
        self.is_used = self.is_used or found is not None
        return found

    def refusal(self, account: str, operation: Operation, reason: str) -> Reply | None:
        """How the operation refused a call for a reason."""
        (found,) = self.refusals.get((account, operation.id, reason), (None,))
        self.is_used = self.is_used or (self.is_frugal and found is not None)
        return found

    def keep_refusal(self, account: str, operation: Operation, reason: str, reply: Reply) -> None:
        """Let others have the answer to a call that was refused; one that is none, or a strange one, nobody needs."""
        if reply.error_code:
            self.refusals[account, operation.id, reason] = (reply,)

    def task(self, account: str, *uses: str) -> str:
        """A task for the first of these uses for which there is one; empty where there is none."""
        return next((self.tasks[account, use] for use in uses if (account, use) in self.tasks), "")

    def keep(self, account: str, use: str, task: str, given: Arguments) -> None:
        """Let a task stay until the end of the run, where tasks are shared."""
        if not self.is_frugal:
            return
        self.forget(task)
        self.tasks[account, use], self.given[task] = task, given

    def forget(self, task: str) -> None:
        """A task is gone, or serves another use from now on."""
        self.tasks = {key: each for key, each in self.tasks.items() if each != task}

    def clear(self) -> None:
        """Begin anew."""
        self.answers.clear()
        self.refusals.clear()
        self.tasks.clear()

    def begin(self) -> None:
        """Another check is made."""
        self.is_used = self.is_stale = False
        self.accepted.clear()
        self.at_hand.clear()

    def hear(self, spec: Spec, account: str, operation: Operation, reply: Reply) -> None:
        """What an answer tells of tasks: which were deleted, whose files were replaced, and which have gone."""
        request = reply.exchange.request
        if not self.tasks:
            return
        if reply.accepted and operation.action is Action.DELETE:
            for task in self._named(request, self.tasks):
                self.forget(task)
        elif reply.accepted and operation.action is Action.CREATE and operation.overwrites:
            self.tasks = {key: each for key, each in self.tasks.items() if key[1] != FINISHED}
        elif takes_task(operation) and _is_about_no_task(spec, operation, reply):
            for task in self._named(request, [key for key in self.tasks if key[0] == account]):
                self.lose(task)

    def lose(self, task: str) -> None:
        """A task is not there any more, though nobody is known to have deleted it."""
        self.is_stale = self.is_stale or task in self.tasks.values()
        self.forget(task)

    def _named(self, request: Request, keys: Iterable[Key]) -> list[str]:
        """The tasks for these uses that a request names as a whole word."""
        sent = f"{request.path}?{request.query}\n{request.body.decode('utf-8', 'replace')}"
        words = set(re.findall(r"[\w-]+", sent))
        return [task for task in {self.tasks[key] for key in keys} if task in words]


def _is_about_no_task(spec: Spec, operation: Operation, reply: Reply) -> bool:
    """Whether an answer says that there is no such task."""
    try:
        return bool(reply.error_code) and spec.error_code(operation.id, Reason.TASK_MISSING).code == reply.error_code
    except LookupError:
        return False
