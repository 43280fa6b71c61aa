"""One API, as one mock has it: what is the same in all mocks, and what they keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from math import isfinite
from typing import Any

from mockserver.accounts import Account, Accounts
from mockserver.authentication import Arrived, Gatekeeper
from mockserver.compilation import Compiled
from mockserver.dates import require_date
from mockserver.facts import NOTHING, Call, Facts, Outcome, export_of
from mockserver.faults.effects import Name
from mockserver.faults.targets import entries
from mockserver.faults.waiting import Faults, Hit
from mockserver.files import Export, Preparation, Stored
from mockserver.flaws import Flaw, flawed, has
from mockserver.ids import Ids, maker_of
from mockserver.links import circumstances
from mockserver.records.records import Records
from mockserver.store import Store
from mockserver.task import Failure, Task, timetable
from mockserver.templates import template
from mockserver.timetables import Timetables
from mockserver.tokens import Tokens
from mockserver.traits import canonical
from openapi.messages import Request
from openapi.model import FileSpec, Json, Phase
from openapi.reasons import Reason

KEPT = 256  # of what clients create tasks with again and again, so that the later replace the earlier
LONGEST = 1024  # characters of it
_KNOWN: dict[str, str] = {}  # that, as tasks have it, by its compact JSON, which takes a tenth of the time
_SORTED = json.JSONEncoder(sort_keys=True)
_SUCCEEDED = Phase.SUCCEEDED  # which to look up each time takes longer than to compare


@dataclass(frozen=True, slots=True)
class Tools:
    """What every API of one mock shares."""

    accounts: Accounts
    tokens: Tokens
    faults: Faults
    store: Store
    ids: Ids
    timetables: Timetables
    records: Records
    preparation: Preparation
    protocol: str  # of the mock's own addresses: http, https
    arrived_at: Callable[[str], Arrived | None]  # by the own clock of an account, if it has one


@dataclass(frozen=True, slots=True, eq=False)
class Service(Compiled):
    """One API, ready to answer."""

    tools: Tools
    gatekeeper: Gatekeeper
    new_request_id: Callable[[float], str]  # at a moment, in epoch seconds
    new_task_id: Callable[[float], str]

    @property
    def accounts(self) -> Accounts:
        return self.tools.accounts

    @property
    def faults(self) -> Faults:
        return self.tools.faults

    @property
    def tokens(self) -> Tokens:
        return self.tools.tokens

    def bound(self, call: Call) -> dict[str, Json]:
        """What the arguments hold, by the names that the spec binds them to."""
        found = {mark.value: mark.read(call.arguments) for mark in self.bindings[call.operation.id]}
        return {name: value for name, value in found.items() if value is not None}

    def facts(self, call: Call, outcome: Outcome, *, patient: bool = True) -> Facts:
        return Facts(call, outcome, outcome.task, self, patient)

    def export(self, call: Call, task: Task) -> Export:
        """What the bytes of a task's file depend on. Raises LookupError when it has no file."""
        account = call.account or self.accounts.by_number(task.account)
        if account is None:
            raise LookupError(task.account)
        return export_of(task, account, self, call if call.account else replace(call, account=account))

    def own_export(self, task: Task, now: float) -> Export:
        """What the bytes of a task's file depend on where no call asks for it. Raises LookupError without one."""
        operation, account = self.spec.operations[task.operation], self.accounts.by_number(task.account)
        request = Request("GET", operation.path)
        return self.export(Call(self.spec, operation, account, task.arguments, request, "", now), task)

    def new_task(self, call: Call) -> Task:
        """The task that a create call makes, with its whole timetable."""
        lifecycle, account = self.tools.timetables.of(self.spec.name), call.account
        if lifecycle is None or account is None:
            message = f"{self.spec.name} declares no x-lifecycle, or {call.operation.id} asks for no account"
            raise LookupError(message)
        starts, ends, expires = timetable(lifecycle, call.now)
        require_date(expires if isfinite(expires) else ends)
        referred = [str(mark.read(call.arguments)) for mark in self.references[call.operation.id]]
        task = Task(
            self.new_task_id(call.now),
            self.spec.name,
            call.operation.id,
            account.number,
            str(call.arguments.get(self.scope, "")) if self.scope else "",
            call.arguments,
            self._seed(call.operation.file, account, referred),
            _sameness(call),
            "",
            call.now,
            starts,
            ends,
            expires,
        )
        if call.operation.file:
            task.file_name = self._name(call, task)  # type: ignore[misc] # of which nobody knows yet
        return task

    def _name(self, call: Call, task: Task) -> str:
        """What the file of a task is called that the caller creates."""
        return self.namers[task.operation](Facts(call, NOTHING, task, self))

    def prepare(self, call: Call, task: Task) -> None:
        """Have the file of a new task written before anybody asks for it, if that takes long."""
        if task.outcome is _SUCCEEDED and self.stored(task) is not None:
            self.tools.preparation.add(self.export(call, task))

    def flawed(self, call: Call, task: Task, hit: Hit, latest: Task | None) -> Task:
        """The new task as a fault has it; `latest` is the one before it."""
        if hit.name is Name.FAILS:
            task = replace(task, outcome=Phase.FAILED, failure=self._failure(call, hit.fault.members))
        if hit.name is Name.INVISIBLE:
            self.faults.hide_until(call.now + hit.fault.members["seconds"])
        shown = latest.shown_id if latest and hit.name is Name.DUPLICATE_ID else ""
        flawed_task = flawed(task, Flaw(hit.name, hit.fault.id, shown=shown), hit.fault.members)
        if not isfinite(flawed_task.ends):
            return flawed_task
        require_date(flawed_task.ends)
        if not call.operation.file:
            return flawed_task
        return replace(flawed_task, file_name=self._name(call, flawed_task))

    def _failure(self, call: Call, members: Mapping[str, Any]) -> Failure:
        """What a task says that was made to fail: by default the code of an error of the server's own."""
        code = members.get("code")
        entry = entries(self.spec, call.operation)[code] if code else self.spec.error_code("", Reason.INTERNAL_ERROR)
        return Failure(entry.code, members.get("message", template(entry.message).fill(lambda _: "")))

    def link(self, facts: Facts, task: Task) -> str:
        """The address of the task's file, signed now: at the host that the caller reached us by."""
        account = self.accounts.by_number(task.account)
        if self.linker is None or account is None:
            message = f"{self.spec.name} declares no x-link"
            raise LookupError(message)
        late = self.linker.rules.seconds + 1 if has(task, Name.LINK_EXPIRED) else 0
        return self.linker.address(facts, account.key, self.tools.protocol, late)

    def circumstances(self, call: Call) -> object:
        """What all links depend on that a call tells of, besides the tasks; None where nobody knows."""
        if self.linker is None or not self.linker.is_settled or call.account is None:
            return None
        return circumstances(call, call.account.key, self.tools.protocol)

    def stored(self, task: Task) -> Stored | None:
        """The records that were loaded for the task's file; None where its rows are made up."""
        return self.tools.records.find(task.seed)

    def _seed(self, file: FileSpec | None, account: Account, referred: list[str]) -> str:
        """What the rows of a new task belong to."""
        loaded = self.tools.records.seed(self.spec.name, file.rows, account.number, referred) if file else ""
        return loaded or "/".join([self.spec.name, *(referred or [account.number])])


def service_of(compiled: Compiled, tools: Tools) -> Service:
    """The service of an API in the mock that has these tools."""
    spec, lifecycle = compiled.spec, compiled.spec.lifecycle
    next_number = partial(tools.store.next_number, spec.name)
    return Service(
        **{part.name: getattr(compiled, part.name) for part in fields(compiled)},
        tools=tools,
        gatekeeper=Gatekeeper(spec, tools.accounts, tools.tokens, tools.store, tools.arrived_at),
        new_request_id=maker_of(spec.request_id, tools.ids, next_number),
        new_task_id=maker_of(lifecycle.task_id if lifecycle else "", tools.ids, next_number),
    )


def _sameness(call: Call) -> str:
    """What two tasks have in common of which the later replaces the earlier; empty where none does.

    Tasks that stores and saved states hold have this very text, so it has to stay as it is.
    """
    if not call.operation.overwrites:
        return ""
    said = [call.operation.id, *map(call.arguments.get, call.operation.overwrites)]
    compact = canonical(said)
    text = _KNOWN.get(compact)
    if text is None:
        text = _SORTED.encode(said)
        if len(_KNOWN) >= KEPT:
            _KNOWN.clear()
        if len(compact) <= LONGEST:
            _KNOWN[compact] = text
    return text
