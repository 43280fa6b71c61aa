"""Answers of a real endpoint that may be the fault of no request: a balancer's page, an error that passes, a torn body.

One that is neither a success nor a documented refusal is strange. What only reads is asked again; a check that ended
otherwise than well is made again. What is as strange as before is the server's own, and from then on not doubted.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from openapi.model import Action, Operation

if TYPE_CHECKING:
    from contracts.calls.client import Reply
    from contracts.target import Target

PAUSES = (1.0, 2.0)  # seconds before each further attempt
REPEATABLE = frozenset({Action.LIST, Action.SHOW, Action.LINK})  # actions that change nothing, and cost little

Kind = tuple[str, int, str]  # operation, status (0: no answer), content type

_steady: WeakKeyDictionary[Target, set[Kind]] = WeakKeyDictionary()


def is_strange(reply: Reply) -> bool:
    """Whether an answer is an error of the server, or neither a success nor a refusal.

    A success in whole JSON is the server's own, however wrong what it says.
    """
    if reply.status < HTTPStatus.MULTIPLE_CHOICES and isinstance(reply.body, dict):
        return False
    return reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not (reply.accepted or reply.error_code)


def is_meant(reply: Reply) -> bool:
    """Whether an answer, strange as it looks, says that the request itself is at fault: asking again would not help."""
    return HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR


def kind_of(operation: Operation, reply: Reply) -> Kind:
    """What makes two strange answers one."""
    return operation.id, reply.status, reply.headers.get("content-type", "")


def unanswered(operation: Operation) -> Kind:
    """That a request was not answered at all."""
    return operation.id, 0, ""


def steady(target: Target) -> set[Kind]:
    """The strange answers that came again; to be added to."""
    return _steady.setdefault(target, set())
