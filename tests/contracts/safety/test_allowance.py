"""What a profile allows is judged by what a request would do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.calls.composing import compose
from contracts.profiles import Allowance
from contracts.safety.allowance import Permission
from contracts.target import Errand, Unallowed
from openapi import examples
from openapi.messages import Request
from tests.contracts.bent import spec

URL = "https://export.example"
SPEC = spec("tencent-cls")
CREATING = Errand(SPEC, SPEC.operations["CreateExport"])
READING = Errand(SPEC, SPEC.operations["DescribeExports"])
BREAKS = "tencent-cls/CreateExport/Format/enum"


def request_of(errand: Errand) -> Request:
    given = examples.example(errand.operation, datetime(2026, 3, 1, tzinfo=UTC))
    return compose(SPEC, errand.operation, given, "export.example")


def require(allow: Allowance, errand: Errand, request: Request | None = None) -> None:
    Permission(allow, URL).require(request or request_of(errand), errand, "", tidying=False)


def test_nothing_is_created_that_the_profile_does_not_allow() -> None:
    with pytest.raises(Unallowed, match=r"CreateExport: allow.create"):
        require(Allowance(), CREATING)
    require(Allowance(create=True), CREATING)


def test_what_is_refused_for_a_documented_reason_creates_nothing() -> None:
    require(Allowance(), replace(CREATING, breaks=BREAKS))


def test_but_not_where_it_is_not_among_the_operations() -> None:
    with pytest.raises(Unallowed, match=r"allow.operations"):
        require(Allowance(frozenset({"DescribeExports"})), replace(CREATING, breaks=BREAKS))


def test_nor_where_it_leads_to_another_operation_than_it_is_meant_for() -> None:
    with pytest.raises(Unallowed, match=r"CreateExport: allow.create"):
        require(Allowance(), replace(READING, breaks=BREAKS), request_of(CREATING))
