"""Walls that are missing between accounts."""

from __future__ import annotations

from dataclasses import replace

from contracts.mutation.defects.access import FIRST, Door, with_token
from contracts.mutation.defects.traffic import Traffic, at
from contracts.mutation.mutant import Defect, Forward, Stage, Tamper
from openapi.messages import Request, Response
from openapi.model import Action, Operation
from openapi.reasons import Reason

SECOND = "second"


def everybody_is_one(operation: str) -> Defect:
    """What the operation refuses to one account, or does not list for it, it answers as to the other."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)
        called: Operation = stage.spec.operations[operation]

        def answer(request: Request, forward: Forward) -> Response:
            other = _as_first(door, request, called)
            if other is None:
                return forward(request)
            if called.action is Action.LIST:
                return forward(other)
            response = forward(request)
            is_missing = traffic.is_code(response, called, Reason.TASK_MISSING, Reason.FILE_GONE, Reason.LINK_FORGED)
            return forward(other) if is_missing or called.missing == "ignore" else response

        return answer

    return at(operation, make)


def everything_is_shared(operation: str) -> Defect:
    """Every good call of the second account counts as one of the first; of one operation, or of all."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)

        def answer(request: Request, forward: Forward) -> Response:
            called = traffic.operation(request)
            other = _as_first(door, request, called) if called is not None else None
            return forward(other if other is not None else request)

        return answer

    return at(operation, make)


def any_project(operation: str) -> Defect:
    """The project of another account is taken for one's own."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)
        called: Operation = stage.spec.operations[operation]

        def answer(request: Request, forward: Forward) -> Response:
            response = forward(request)
            other = _as_first(door, request, called)
            is_foreign = traffic.is_code(response, called, Reason.FOREIGN_PROJECT)
            return forward(other) if is_foreign and other is not None else response

        return answer

    return at(operation, make)


def _as_first(door: Door, request: Request, operation: Operation) -> Request | None:
    """A good request of the second account, as one of the first."""
    first, second = (door.stage.accounts[name] for name in (FIRST, SECOND))
    found = door.claim(request, operation.schemes)
    if found is None:
        return None
    scheme, claim = found
    path = request.path.replace(second.project, first.project) if second.project else request.path
    moved = replace(request, path=path)
    if not claim.key_id:
        return with_token(moved, claim, first) if claim.token == second.token else None
    is_second = claim.key_id == second.key.key_id
    return door.sealed(moved, scheme, claim, first) if is_second and door.is_good(request, scheme, claim) else None
