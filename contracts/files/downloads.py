"""Fetching the file of a task, by the operation that answers it or by a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.situations.sights import see
from contracts.situations.tasks import arguments_for, finished_task, naming, with_resources
from openapi.members import takes_task
from openapi.messages import Request
from openapi.model import Action, Operation


def link_of(api: Api, task: str) -> str:
    """The link to the file of a task, as the API hands it out now; empty where it hands out none."""
    for operation in api.spec.operations.values():
        if operation.action is Action.LINK and takes_task(operation):
            reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
            return str(reply.values.get("task.link") or "") if reply.accepted else ""
    found = see(api, task)
    return str(found.values.get("task.link") or "") if found else ""


def linked(api: Api) -> Operation:
    """The operation that a link leads to. Raises NotObserved when there is none."""
    if api.spec.link is None:
        raise NotObserved("this API hands out no links")
    return api.operation(api.spec.link.operation)


def finished_link(api: Api) -> tuple[str, str]:
    """A task that has ended well, and a link to its file. Raises NotObserved."""
    task = finished_task(api)
    link = link_of(api, task)
    if not link:
        raise NotObserved("no link is handed out for a task that has ended well")
    return task, link


def download(api: Api, task: str) -> Reply:
    """The file of a task that has ended well, by the operation that answers it or by a link. Raises NotObserved."""
    if api.spec.link is not None:
        link = link_of(api, task)
        if not link:
            raise NotObserved("no link is handed out for a task that has ended well")
        return api.follow(linked(api), link)
    operation = next((each for each in api.spec.operations.values() if each.action is Action.DOWNLOAD), None)
    if operation is None:
        raise NotObserved("no operation of this API answers a file")
    return api.call(operation, naming(operation, task, with_resources(api, operation)))


def fetcher(api: Api, operation: Operation, method: str = "GET") -> Callable[[Mapping[str, str]], Reply]:
    """What fetches the file of one task, always the same, with some headers. Raises NotObserved."""
    if api.spec.link is not None and operation.id == api.spec.link.operation:
        _, link = finished_link(api)
        return lambda headers: api.follow(operation, link, headers, method)
    given = arguments_for(api, operation)

    def ask(request: Request) -> Request:
        return replace(request, method=method)

    return lambda headers: api.call(operation, given, headers=headers, before=ask)
