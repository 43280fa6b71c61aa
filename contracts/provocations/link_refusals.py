"""What is refused of a link: each part of it altered, its time over, its file gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from contracts.calls.client import Api, Reply
from contracts.checks.missing_tasks import answer_about_no_task
from contracts.checks.resources import ACCOUNT, answer_in_condition
from contracts.files.links import as_link, as_request, link_to, presign
from contracts.provocations.mistakes import wrong_values
from contracts.provocations.parts import TRANSFERS
from contracts.provocations.signing import impostor, reader_of, resign, spoil, stranger
from contracts.situations.sights import wait_long
from contracts.situations.tasks import finished_task
from contracts.values import altered
from openapi.members import members
from openapi.messages import Request
from openapi.model import Operation, Phase
from openapi.reasons import Reason

CLOSE = 2  # seconds after the end of a link
FEW = 8  # paths that are tried


def answer_to_a_link(api: Api, operation: Operation, reason: str) -> Reply | None:
    """The answer to a link that ought to be refused for this reason; None when no such link is known.

    Raises NotObserved, Unavailable.
    """
    for name, condition in api.spec.resources[ACCOUNT].conditions.items() if ACCOUNT in api.spec.resources else ():
        if condition.reason == reason:
            return answer_in_condition(api, operation, ACCOUNT, name)
    if reason in _REFUSED:
        return _REFUSED[reason](api, operation)
    link = link_to(api, finished_task(api))
    path = next(_wrong_paths(operation, as_request(link).path, reason), None)
    return None if path is None else api.follow(operation, presign(api, link, path, api.account))


def answers_to_links_of_another_form(api: Api, operation: Operation) -> Iterator[Reply]:
    """The answers to well signed links with a path of which one part has not the documented form; a few.

    Raises NotObserved, Unavailable.
    """
    link = link_to(api, finished_task(api))
    for path in islice(_wrong_paths(operation, as_request(link).path, Reason.WRONG_FORMAT), FEW):
        yield api.follow(operation, presign(api, link, path, api.account))


def _unsigned(api: Api, operation: Operation) -> Reply:
    return _changed(api, operation, lambda request: replace(request, query=""))


def _forged(api: Api, operation: Operation) -> Reply:
    scheme = reader_of(api, _scheme(api))

    def forge(request: Request) -> Request:
        claim = scheme.read(request)
        return resign(request, claim, altered(claim.signature))

    return _changed(api, operation, forge)


def _unreadable(*, missing: bool) -> Callable[[Api, Operation], Reply]:
    return lambda api, operation: _changed(api, operation, spoil(reader_of(api, _scheme(api)), missing=missing))


def _by_a_stranger(api: Api, operation: Operation) -> Reply:
    link = link_to(api, finished_task(api))
    return api.follow(operation, presign(api, link, as_request(link).path, stranger(api.account)))


def _by_an_impostor(api: Api, operation: Operation) -> Reply:
    link = link_to(api, finished_task(api))
    return api.follow(operation, presign(api, link, as_request(link).path, impostor(api.account)))


def _too_late(api: Api, operation: Operation) -> Reply:
    link = link_to(api, finished_task(api))
    wait_long(api, (api.spec.link.seconds if api.spec.link else 0) + CLOSE)
    return api.follow(operation, link)


def _after_the_file(api: Api, operation: Operation) -> Reply | None:
    """A link signed now, to a file that is gone since."""
    kept = api.spec.lifecycle.kept_seconds if api.spec.lifecycle else None
    refused = operation.phase_refusals.get(Phase.EXPIRED)
    if kept is None or (refused and refused[0] != Reason.FILE_GONE):  # which is told of in words of its own
        return None
    link = link_to(api, finished_task(api))
    wait_long(api, kept)
    return api.follow(operation, presign(api, link, as_request(link).path, api.account))


def _changed(api: Api, operation: Operation, change: Callable[[Request], Request]) -> Reply:
    link = link_to(api, finished_task(api))
    return api.follow(operation, as_link(link, change(as_request(link))))


def _wrong_paths(operation: Operation, path: str, reason: str) -> Iterator[str]:
    """The path with one parameter in it that is wrong for this reason."""
    segments = path.split("/")
    places = {each: index for index, each in enumerate(operation.path.split("/"))}
    for member in members(operation):
        index = places.get(f"{{{member.name}}}")
        if member.where == "path" and index is not None and index < len(segments):
            for value in wrong_values(member, segments[index], reason):
                yield "/".join([*segments[:index], str(value), *segments[index + 1 :]])


def _scheme(api: Api) -> str:
    return api.spec.link.scheme if api.spec.link else ""


_REFUSED: Mapping[str, Callable[[Api, Operation], Reply | None]] = {
    Reason.UNSIGNED: _unsigned,
    Reason.UNAUTHENTICATED: _unsigned,
    Reason.MALFORMED_SIGNATURE: _unreadable(missing=False),
    Reason.MISSING_AUTHENTICATION_PARAMETER: _unreadable(missing=True),
    Reason.UNKNOWN_KEY: _by_a_stranger,
    Reason.WRONG_SIGNATURE: _by_an_impostor,
    Reason.LINK_FORGED: _forged,
    Reason.LINK_EXPIRED: _too_late,
    Reason.STALE_SIGNATURE: _too_late,
    Reason.TASK_MISSING: answer_about_no_task,
    Reason.FILE_GONE: _after_the_file,
    **TRANSFERS,
}
