"""Whether a real endpoint is what it is taken for and takes the credentials, before anything is judged by it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.profiles import Profile
from contracts.safety.crowd import Crowd, room_of
from contracts.safety.guard import TENANTS
from contracts.safety.outcome import Outcome, Outcomes
from contracts.situations.tasks import listed, with_resources
from contracts.target import Errand, Unavailable, Unreachable
from contracts.values import put
from openapi.members import marked
from openapi.model import Action, Json, Operation

READING = (Action.LIST, Action.LIST_PROJECTS, Action.SHOW, Action.LINK)  # the first that an API has is asked
TRIED = 3  # resources of each kind


class Unfit(ValueError):
    """A run would not get anywhere; the message says what is wrong with the endpoint, an account or a resource."""


def look_ahead(api: Api, profile: Profile, crowd: Crowd) -> None:
    """Raise Unreachable or Unfit where a run is in vain; little is sent for that, and nothing that changes anything.

    Where creating tasks may make earlier ones leave, those that are there are counted.
    """
    find_service(api)
    for name in TENANTS:
        if name in profile.accounts:
            refusal = refusal_of_credentials(api.as_account(name))
            if refusal:
                raise Unfit(f"{refusal}; they were tried once")
    find_resources(api, profile)
    for name in TENANTS if profile.allow.create else ():
        if name in profile.accounts:
            crowd.others[name] = count_tasks(api.as_account(name))


def find_service(api: Api) -> None:
    """Read without credentials. Raises Unreachable where no answer is one of the API.

    A server that never answers in JSON, nor refuses in a documented form, is another one: a proxy, a web site, a
    wrong port.
    """
    replies: list[Reply] = []
    for operation in readers(api):
        replies.append(api.call(operation, scheme=""))
        if replies[-1].error_code or _is_json(replies[-1].raw):
            return
        _expect_no_redirect(api, replies[-1])
    if replies:
        raise Unreachable(f"{api.target.base_url} answers nothing as {api.spec.name} would: {_told(replies[0])}")


def refusal_of_credentials(api: Api) -> str:
    """Ask once with the credentials of an account: in which words they are refused; empty where they are not."""
    for operation in readers(api):
        outcome = _outcome(api, operation, api.call(operation, _given(api, operation)))
        if outcome.is_about_credentials:
            reasons = ", ".join(sorted(outcome.reasons))
            documented = f"documented for {reasons}" if reasons else "which no page documents"
            said = f"{outcome.code} “{outcome.message}”, {documented}" if outcome.code else "it answers 401"
            return f"{api.target.base_url} refuses the credentials of the account {api.which!r}: {said}"
        return ""
    return ""


def find_resources(api: Api, profile: Profile) -> None:
    """Read with each resource that ought to be usable. Raises Unfit where the server says that one is not."""
    seen = set[str]()
    for operation in readers(api):
        kinds = {kind: holders for kind, holders in marked(operation, "x-resource").items() if kind not in seen}
        seen |= kinds.keys()
        for kind, holders in kinds.items():
            for resource in profile.ids(kind)[:TRIED]:
                given = put(_given(api, operation), holders[0], resource)
                outcome = _outcome(api, operation, api.call(operation, given))
                for condition in api.spec.resources[kind].conditions.values():
                    if condition.reason in outcome.reasons:
                        said = f"{outcome.code} “{outcome.message}” (documented for one that is {condition.name})"
                        raise Unfit(f"resources.{kind}: {api.target.base_url} does not take {resource}: {said}")


def count_tasks(api: Api) -> int:
    """How many tasks there are before the run; where creating more makes some leave, and they cannot be told, too many.

    0 where no task ever has to leave.
    """
    room = room_of(api.spec)
    if room is None:
        return 0
    try:
        return sum(1 for _ in islice(listed(api), room))
    except (NotObserved, Unavailable, Unreachable):
        return room


def readers(api: Api) -> Iterator[Operation]:
    """The operations that change nothing and may be called, those first that need no task."""
    allowed = api.target.profile.allow.operations
    for action in READING:
        found = (each for each in api.spec.operations.values() if each.action is action)
        yield from (each for each in found if not allowed or each.id in allowed)


def _given(api: Api, operation: Operation) -> Mapping[str, Json]:
    try:
        return with_resources(api, operation)
    except Unavailable:  # the profile names none; the example's will do to see who is let in
        return api.example(operation)


def _outcome(api: Api, operation: Operation, reply: Reply) -> Outcome:
    return Outcomes().read(Errand(api.spec, operation, api.which), reply.exchange.response)


def _expect_no_redirect(api: Api, reply: Reply) -> None:
    """Raise Unreachable where the answer leads to another address: credentials only go to the one that was given."""
    location = reply.headers.get("location", "")
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST and location:
        url = urlsplit(location)
        where = f"{url.scheme}://{url.netloc}" if url.netloc else location
        said = f"{api.target.base_url} redirects to {where}, which is not followed"
        raise Unreachable(f"{said}: credentials go to the address that you give, and nowhere else")


def _is_json(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        return False


def _told(reply: Reply) -> str:
    request = reply.exchange.request
    kind = reply.headers.get("content-type", "no content type")
    start = " ".join(reply.raw[:60].decode("utf-8", "replace").split())
    return f"{request.method} {request.path} is answered with {reply.status}, {kind}, {start!r}"
