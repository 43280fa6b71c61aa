"""Values that exist: put in the place of generated ones that only look right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit
from zlib import crc32

from schemathesis.core import NotSet

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.fuzz.cases import PLACES, Case
from contracts.fuzz.wire import Unclear, is_not_given, typed
from contracts.situations.tasks import arguments_for, look, naming, start, wait_for, with_resources
from contracts.values import Arguments, find, is_valid, put, take
from openapi.members import Member, members
from openapi.model import Action, Json, Operation, Phase

ONE_IN = 8  # generated requests keeps what was generated
_TASKS = frozenset({"task.id", "task.ids"})


@dataclass
class Pins:
    """The arguments of one operation whose values have to exist, or to mean something, and such values."""

    api: Api
    operation: Operation
    known: Arguments = field(default_factory=dict)
    with_tasks: bool = True  # whether tasks are among them
    leaves: int = ONE_IN  # one case in so many is left as it is; 0: none
    holders: tuple[Member, ...] = ()

    def __post_init__(self) -> None:
        self.holders = tuple(each for each in _holders(self.operation) if self.with_tasks or not _is_task(each))
        self.refresh()

    def refresh(self) -> None:
        """Find values anew: a new task, where one is named. Raises NotObserved."""
        if not self.with_tasks:
            self.known = with_resources(self.api, self.operation)
            return
        link = self.api.spec.link
        is_linked = link is not None and link.operation == self.operation.id
        self.known = _linked(self.api, self.operation) if is_linked else arguments_for(self.api, self.operation)

    def after(self, *, accepted: bool, may_create: bool = True) -> None:
        """Replace what a call has used up, if a task may be created for it. Raises NotObserved."""
        if accepted and may_create and self.with_tasks and self.operation.action is Action.DELETE:
            self.refresh()

    def pin(self, case: Case) -> None:
        """Give a case values that exist wherever it has values that might; one case in a few is left as it is."""
        body = "" if isinstance(case.body, NotSet) else case.body  # the repr of an absent one names its address
        drawn = repr((case.path_parameters, dict(case.query or {}), body)).encode("utf-8", "replace")
        if self.leaves and crc32(drawn) % self.leaves == 0:
            return
        for member in self.holders:
            if self._is_given(case, member):
                self._put(case, member, self.known)

    def name(self, case: Case, task: str) -> None:
        """Let a case name a task, wherever it names any."""
        given = naming(self.operation, task)
        for member in (each for each in members(self.operation) if _is_task(each) and self._is_given(case, each)):
            self._put(case, member, given)

    def are_known(self, arguments: Mapping[str, Json]) -> bool:
        """Whether everything that the arguments of a request refer to exists."""
        given = ((find(arguments, member), find(self.known, member)) for member in self.holders)
        return all(value is None or value == known for value, known in given)

    def _is_given(self, case: Case, member: Member) -> bool:
        """Whether a member has a value that its schema takes."""
        container = self._container(case, member)
        value = find(container, member) if isinstance(container, dict) else None
        if value is None or (member.where == "body" and is_not_given(self.api.spec, value)):
            return False
        try:
            return is_valid(member.schema, value if member.where == "body" else typed(value, member.schema))
        except Unclear:
            return False

    def _put(self, case: Case, member: Member, known: Arguments) -> None:
        container, value = self._container(case, member), find(known, member)
        changed = take(container, member) if value is None else put(container, member, value)
        if member.where == "body":
            case.body = changed
        else:  # a new container: cases made from one template share theirs
            kept = getattr(case, PLACES[member.where])
            setattr(case, PLACES[member.where], type(kept)(changed))

    def _container(self, case: Case, member: Member) -> Any:
        if member.where == "body":
            return case.body
        return dict(getattr(case, PLACES[member.where]) or {})


def _holders(operation: Operation) -> Iterator[Member]:
    """The members that refer to something, or that hold a language of their own."""
    listing, file = operation.listing, operation.file
    spoken = {each.parameter for each in listing.filters if each.match == "json"} if listing else set()
    spoken |= {file.query} if file is not None and file.query and operation.action is Action.CREATE else set()
    for member in members(operation):
        refers = {"x-resource", "x-tenant"} & member.schema.keys() or _is_task(member)
        linked = operation.action is Action.DOWNLOAD and "x-bind" in member.schema
        if refers or linked or member.name in spoken:
            yield member


def _is_task(member: Member) -> bool:
    return member.schema.get("x-bind") in _TASKS


def _linked(api: Api, operation: Operation) -> Arguments:
    """The arguments of a link that leads to a file. Raises NotObserved."""
    task = start(api)
    wait_for(api, task, Phase.SUCCEEDED)
    url = next(_links(api, task), "")
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
    match = re.fullmatch(pattern, unquote(urlsplit(url).path))
    if not api.target.is_mock or match is None:
        raise NotObserved("this operation is reached through a link only, and no link to it is known")
    return dict(match.groupdict())


def _links(api: Api, task: str) -> Iterator[str]:
    found = (look(api, task) or {}).get("task.link")
    if found:
        yield str(found)
    for operation in api.spec.operations.values():
        if operation.action is Action.LINK:
            reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
            if reply.values.get("task.link"):
                yield str(reply.values["task.link"])
