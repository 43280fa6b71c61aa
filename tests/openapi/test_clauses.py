"""Every statement of a spec is a clause, and stays the same clause whatever is stated."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from openapi.clauses import Clause, ClauseKind, clauses
from openapi.clauses.place import Place, operation_places
from openapi.clauses.requests import KINDS
from openapi.document import get, patch
from openapi.loader import load, names, spec_of
from openapi.model import Spec

ALL = names()
# What only the mock needs to know, and no client can see.
OURS = {"timetable", "task-id"}


@cache
def spec(name: str) -> Spec:
    return load(name)


@cache
def found(name: str) -> tuple[Clause, ...]:
    return clauses(spec(name))


@pytest.mark.parametrize("name", ALL)
def test_ids_are_unique(name: str) -> None:
    ids = [clause.id for clause in found(name)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("clause_id", "standing"),
    [
        ("tencent-cls/CreateExport/account.isolated/resource", "documented"),
        ("tencent-cls/GetExportedFile/account.isolated/resource", "assumed"),  # as the code that answers it there
        ("tencent-cls/CreateExport/AuthFailure.SignatureExpire/error-code", "documented"),
        ("tencent-cls/CreateExport/AuthFailure.InvalidAuthorization/error-code", "assumed"),  # what provokes it is
        ("baidu-bls/DescribeDownloadTask/DownloadTaskNotFound/error-code", "documented"),
        ("baidu-bls/DeleteDownloadTask/DownloadTaskNotFound/error-code", "assumed"),
        ("huawei-iotda/queued/phase", "documented"),
        ("huawei-iotda/transition", "assumed"),  # the words are listed, their order is not
        ("tencent-cls/CreateExport/content-type", "sdk"),
        ("tencent-cls/refusal-ObjectStorageRefusal/content-type", "documented"),
        ("huawei-clouddc/ExportServerLogs/content-type", "assumed"),
        ("huawei-clouddc/DownloadServerLogs/content-type", "documented"),
    ],
)
def test_a_statement_stands_no_firmer_than_who_makes_it(clause_id: str, standing: str) -> None:
    name = clause_id.partition("/")[0]
    assert {clause.id: clause.standing for clause in found(name)}.get(clause_id) == standing


@pytest.mark.parametrize("name", ALL)
def test_every_pointer_leads_to_the_fact_or_to_where_it_would_stand(name: str) -> None:
    for clause in found(name):
        parent = clause.pointer.rpartition("/")[0]
        while parent.rpartition("/")[2] in {"x-phases", "x-missing"}:
            parent = parent.rpartition("/")[0]
        assert get(spec(name).document, parent) is not None, clause.id


@pytest.mark.parametrize("name", ALL)
def test_the_stated_value_stands_at_the_pointer(name: str) -> None:
    keywords = set(KINDS.values()) | {ClauseKind.PHASE, ClauseKind.SKEW, ClauseKind.SIZE, ClauseKind.LINK_EXPIRY}
    for clause in found(name):
        if clause.kind in keywords:
            assert get(spec(name).document, clause.pointer) == clause.value, clause.id


@pytest.mark.parametrize("name", ALL)
def test_every_statement_has_a_clause(name: str) -> None:
    pointers = {clause.pointer for clause in found(name)}
    missing = [
        pointer
        for pointer in statements(spec(name))
        if not any(known == pointer or known.startswith(f"{pointer}/") for known in pointers)
    ]
    assert missing == []


def test_an_id_does_not_change_with_what_is_stated() -> None:
    name = names()[0]
    changed = next(clause for clause in found(name) if clause.kind is ClauseKind.MAXIMUM)
    document = patch(dict(spec(name).document), {changed.pointer: 7})
    after = clauses(spec_of(document, Path(spec(name).path), {}))
    assert [clause.id for clause in after] == [clause.id for clause in found(name)]
    assert next(clause.value for clause in after if clause.id == changed.id) == 7


def test_a_clause_names_the_readings_that_change_it() -> None:
    for name in ALL:
        document = spec(name).document
        for reading in spec(name).readings.values():
            exact = {pointer for change in reading.answers.values() for pointer in change if "/-" not in pointer}
            for clause in found(name):
                if clause.pointer in exact:
                    assert reading.id in clause.readings, (clause.id, reading.id)
        assert document is spec(name).document


def statements(spec: Spec) -> Iterator[str]:
    """The places of everything that a spec states about requests, limits, lists, files and lives."""
    root = Place.root(spec)
    for keyword in ("x-error-codes", "x-quotas", "x-size-limits"):
        yield from (each.pointer for each in root.each(keyword))
    life = root.node.get("x-lifecycle", {})
    yield from (f"/x-lifecycle/{key}" for key in life if not key.startswith("x-") and key not in OURS)
    for kind, resource in root.node.get("x-resources", {}).items():
        used = any(kind in str(clause.subject) for clause in clauses(spec) if clause.kind is ClauseKind.RESOURCE)
        yield from (f"/x-resources/{kind}/conditions/{name}" for name in resource.get("conditions", {}) if used)
    for place, item in operation_places(root).values():
        yield from _of_operation(place)
        for parameter in (*place.each("parameters"), *item.each("parameters")):
            yield from _of_schema(parameter.step("schema"), text=parameter.node["in"] != "body")
        body = place.node.get("requestBody")
        if body and "application/json" in place.step("requestBody").node["content"]:
            yield from _of_schema(place.step("requestBody", "content", "application/json", "schema"), text=False)


def _of_operation(place: Place) -> Iterator[str]:
    for keyword in ("x-rate-limits", "x-rules"):
        yield from (each.pointer for each in place.each(keyword))
    for keyword in ("x-missing", "x-overwrites", "x-phases"):
        if keyword in place:
            yield place.where(keyword)
    listing: Any = place.node.get("x-listing")
    if listing:
        yield from (place.where("x-listing", "filters", index) for index in range(len(listing.get("filters", ()))))
        yield place.where("x-listing", "sorting")
        yield from (place.where("x-listing", key) for key in ("paging", "total") if key in listing)


def _of_schema(place: Place, *, text: bool) -> Iterator[str]:
    plain = text and place.node.get("type") == "string"
    yield from (place.where(key) for key in KINDS if key in place and not (key == "type" and plain))
    yield from (place.where("required", index) for index in range(len(place.node.get("required", ()))))
    for name in place.node.get("properties", {}):
        yield from _of_schema(place.step("properties", name), text=False)
    if isinstance(place.node.get("items"), dict) and not text:
        yield from _of_schema(place.step("items"), text=False)
