"""Refusals with another code or another status."""

from __future__ import annotations

from dataclasses import replace

from contracts.mutation.defects.traffic import Traffic, afterwards, at, with_raw
from contracts.mutation.mutant import Defect
from openapi.clauses import Clause
from openapi.messages import Response


def code_replaced(clause: Clause, other: str) -> Defect:
    """The operation of the clause refuses with another code in the place of this one."""
    code = clause.detail.error_code

    def change(traffic: Traffic, response: Response) -> Response:
        if response.status != code.status or traffic.refused_as(response) != code.code:
            return response
        changed = traffic.change_refusal(response, lambda name, value, _: other if name == "error.code" else value)
        return changed if changed != response else with_raw(response, b"{}")  # the form itself names the code

    return at(clause.operation, lambda traffic, _: afterwards(lambda _, response: change(traffic, response)))


def status_replaced(clause: Clause, status: int) -> Defect:
    """The operation of the clause refuses with this code, but another status."""
    code = clause.detail.error_code

    def change(traffic: Traffic, response: Response) -> Response:
        is_meant = response.status == code.status and traffic.refused_as(response) == code.code
        return replace(response, status=status) if is_meant else response

    return at(clause.operation, lambda traffic, _: afterwards(lambda _, response: change(traffic, response)))
