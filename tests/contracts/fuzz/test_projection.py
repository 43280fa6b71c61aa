"""Does the projection say what the spec says, in a form that a fuzzer understands?"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from openapi_spec_validator import validate

from contracts.calls.codes import codes_of
from contracts.fuzz.families import UNKNOWN, status_of
from contracts.fuzz.projection import project
from openapi.loader import names
from tests.contracts.bent import spec


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize("name", names())
def test_every_operation_is_in_the_projection_by_a_path_of_its_own(name: str) -> None:
    found = project(spec(name))
    validate(found.document)
    assert {each.id for each in found.operations.values()} == set(spec(name).operations)
    assert list(references(found.document)) == []


def test_an_action_is_a_path_and_a_refusal_with_the_status_of_a_success_has_one_of_its_own() -> None:
    raw = project(spec("tencent-cls")).document["paths"]["/CreateExport"]["post"]
    success = raw["responses"]["200"]["content"]["application/json"]["schema"]
    assert "ExportId" in success["properties"]["Response"]["properties"]
    assert {"400", "401", "404", "409", "429"} - {"409"} <= raw["responses"].keys()
    assert set(raw["responses"]["200"]["links"]) == {"delete", "list"}


def test_credentials_are_no_parameters() -> None:
    paths = project(spec("huawei-clouddc")).document["paths"]
    stated = {each["name"] for item in paths.values() for raw in item.values() for each in raw["parameters"]}
    assert stated == {"project_id", "id", "export_id"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidParameter", HTTPStatus.BAD_REQUEST),
        ("AuthFailure.SignatureFailure", HTTPStatus.UNAUTHORIZED),
        ("ResourceNotFound.TopicNotExist", HTTPStatus.NOT_FOUND),
        ("RequestLimitExceeded", HTTPStatus.TOO_MANY_REQUESTS),
        ("LimitExceeded.Export", HTTPStatus.CONFLICT),
        ("InternalError", HTTPStatus.INTERNAL_SERVER_ERROR),
        ("NoSuchCodeAnywhere", UNKNOWN),
    ],
)
def test_a_code_has_the_status_of_its_family(code: str, status: HTTPStatus) -> None:
    cls = spec("tencent-cls")
    assert status_of(cls, codes_of(cls, "CreateExport", code)) is status
