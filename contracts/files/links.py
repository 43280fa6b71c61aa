"""Links to files: where the API tells them, and how others like them are signed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.expect import require_accepted
from contracts.situations.tasks import look, naming, with_resources
from contracts.target import Account
from openapi.messages import Request
from openapi.model import Action, Operation
from openapi.signatures import Presigner, schemes


def is_linked(api: Api, operation: Operation) -> bool:
    """Whether an operation is called through a link that the API hands out."""
    return api.spec.link is not None and operation.id == api.spec.link.operation


def link_to(api: Api, task_id: str) -> str:
    """A fresh link to the file of a task. Raises NotObserved when the API tells none."""
    linkers = [each for each in api.spec.operations.values() if each.action is Action.LINK]
    if linkers:
        reply = api.call(linkers[0], naming(linkers[0], task_id, with_resources(api, linkers[0])))
        found = require_accepted(reply, "asking for the link").values.get("task.link")
    else:
        found = (look(api, task_id) or {}).get("task.link")
    if not isinstance(found, str) or "://" not in found:
        raise NotObserved("the API tells no link to the file of a task that has succeeded")
    return found


def presign(api: Api, link: str, path: str, account: Account, query: str = "") -> str:
    """A link like another one, to `path` at its host, signed with the key of `account`. Raises NotObserved."""
    rules = api.spec.link
    scheme = schemes().get(rules.scheme) if rules else None
    if rules is None or not hasattr(scheme, "presign"):
        raise NotObserved("nothing is known of how links are signed")
    presigner: Presigner = scheme  # type: ignore[assignment]
    request = replace(as_request(link), path=path, query=query)
    return as_link(link, presigner.presign(request, account.key, api.target.now(), rules.seconds))


def as_request(link: str) -> Request:
    """The request that a link stands for."""
    url = urlsplit(link)
    return Request("GET", unquote(url.path, errors="surrogateescape"), url.query, {"host": url.netloc})


def as_link(link: str, request: Request) -> str:
    """The link, at the host of another one, that stands for a request."""
    url = urlsplit(link)
    query = f"?{request.query}" if request.query else ""
    return f"{url.scheme}://{url.netloc}{quote(request.path, errors='surrogateescape')}{query}"
