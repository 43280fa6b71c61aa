"""Looks at everything that an account holds, between the steps of a sequence: is it what the steps have left?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.calls.client import Api, Reply
from contracts.calls.noise import is_strange
from contracts.fuzz.blame import Blame
from contracts.fuzz.finding import Disproof, Finding
from contracts.fuzz.invariants import TaskModel
from contracts.situations.lists import Page, ask, list_operation, scope, scope_like
from contracts.situations.tasks import naming, with_resources
from contracts.values import Arguments
from openapi.clauses import ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Operation

LOOKED_AT = 2  # tasks that are there, and that are gone, the newest of each
LAG = 2.0  # seconds after which a server that needs time to agree with itself is asked again


@dataclass
class Audit:
    """The looks of one account at its own tasks, and at one of the other account."""

    api: Api
    model: TaskModel
    known: set[str] = field(default_factory=set[str])  # the ids of tasks that were there before the first step
    blames: dict[str, Blame] = field(default_factory=dict[str, Blame])

    def begin(self) -> None:
        """Take in what is there already, which is nothing on a clean slate."""
        listing = list_operation(self.api)
        if listing is not None and not self.api.target.is_mock:
            self.known = set(ask(self.api, listing, scope(self.api, listing)).ids)

    def look(self, foreign: TaskModel | None) -> Iterator[Finding]:
        """What the lists and the tasks tell otherwise than the model; `foreign` is that of the other account."""
        listing, showing = list_operation(self.api), _showing(self.api)
        if listing is not None:
            yield from self._in_lists(listing, foreign)
        if showing is not None:
            yield from self._one_by_one(showing, foreign)

    def _in_lists(self, operation: Operation, foreign: TaskModel | None) -> Iterator[Finding]:
        scopes = [scope(self.api, operation)]
        scopes += [scope_like(self.api, operation, each.arguments or {}) for each in self.model.created.values()]
        for number, given in enumerate(scopes):
            if given not in scopes[:number]:
                yield from self._in_list(operation, given, foreign)

    def _in_list(self, operation: Operation, given: Arguments, foreign: TaskModel | None) -> Iterator[Finding]:
        page = self._page(operation, given)
        found = [(str(values.get("task.id", "")), values) for _, values in page.everything()]
        names = [name for name, _ in found]
        blame, reply = self._blame(operation), page.reply
        for name, values in found:
            try:
                self.model.see(operation, values, reply.exchange)
            except Disproof as disproof:
                yield disproof.about(reply)
            if foreign is not None and name in foreign.created and name not in self.model.created:
                yield _finding(blame.id(ClauseKind.ISOLATION), "no task of another account", f"task {name}", reply)
            elif name not in self.model.created and name not in self.known:
                yield _finding(self.model.general(operation), "only tasks that were created", f"task {name}", reply)
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield _finding(blame.id(ClauseKind.PAGING), "each task listed once", f"task {twice[0]} twice", reply)
        for name in self._due(operation, given):
            if name not in names:
                yield _finding(self.model.general(operation), f"task {name} listed", "it is missing", reply)
        yield from self._over_quota(reply)

    def _page(self, operation: Operation, given: Arguments) -> Page:
        """The list; asked for again after a while where a real server may not have got round to it yet."""
        page = ask(self.api, operation, given)
        names = set(page.ids)
        if not self.api.target.is_mock and (
            self.model.deleted.keys() & names or set(self._due(operation, given)) - names
        ):
            self.api.target.wait(LAG)
            return ask(self.api, operation, given)
        return page

    def _due(self, operation: Operation, given: Arguments) -> list[str]:
        """The ids of the tasks that a list with these filters has to show."""
        own = [(name, self.model.created[name].arguments) for name in self.model.alive]
        return [name for name, said in own if said is not None and scope_like(self.api, operation, said) == given]

    def _over_quota(self, reply: Reply) -> Iterator[Finding]:
        if not self.api.target.is_mock:
            return  # there may be others
        for quota in self.api.spec.quotas:
            held = self.model.unfinished() if quota.counts == "unfinished" else self.model.alive
            if quota.when_full == "refuse" and len(held) > quota.limit:
                clause = f"{self.api.spec.name}/{quota.id}/{ClauseKind.QUOTA}"
                yield _finding(clause, f"no more than {quota.limit} tasks", f"{len(held)} tasks", reply)

    def _one_by_one(self, operation: Operation, foreign: TaskModel | None) -> Iterator[Finding]:
        for name in self.model.alive[-LOOKED_AT:]:
            reply = self._show(operation, name)
            if reply.accepted:
                yield from self._seen(operation, reply)
            elif not operation.phase_refusals and not (is_strange(reply) and not self.api.target.is_mock):
                expected, received = f"task {name}", f"refused as {reply.error_code or reply.status}"
                yield _finding(self.model.general(operation), expected, received, reply)
        if operation.missing != "refuse":
            return
        clause = self._blame(operation).id(ClauseKind.MISSING_TASK)
        for name in [*self.model.deleted][-LOOKED_AT:]:
            reply = self._show(operation, name)
            if reply.accepted:
                yield _finding(clause, "refused: the task was deleted", "accepted", reply)
        for name in foreign.alive[-1:] if foreign is not None else ():
            reply = self._show(operation, name)
            if reply.accepted and name not in self.model.created:
                clause = self._blame(operation).id(ClauseKind.ISOLATION)
                yield _finding(clause, "a task of another account cannot be reached", "accepted", reply)

    def _seen(self, operation: Operation, reply: Reply) -> Iterator[Finding]:
        try:
            self.model.see(operation, reply.values, reply.exchange)
        except Disproof as disproof:
            yield disproof.about(reply)

    def _show(self, operation: Operation, name: str) -> Reply:
        return self.api.call(operation, naming(operation, name, with_resources(self.api, operation)))

    def _blame(self, operation: Operation) -> Blame:
        if operation.id not in self.blames:
            self.blames[operation.id] = Blame(self.api.spec, operation)
        return self.blames[operation.id]


def _showing(api: Api) -> Operation | None:
    found = (each for each in api.spec.operations.values() if each.action is Action.SHOW and takes_task(each))
    return next(found, None)


def _finding(clause: str, expected: str, received: str, reply: Reply) -> Finding:
    return Finding(clause, is_refusal=False, expected=expected, received=received, reply=reply)
