"""Is every spec OpenAPI that other tools take, whole, and true to its own examples?"""

from pathlib import Path

import pytest
import schemathesis
from openapi_spec_validator import OpenAPIV30SpecValidator, validate
from openapi_spec_validator.readers import read_from_filename
from schemathesis.core.result import Ok

from mockserver.compilation import compile_api
from openapi.document import read
from openapi.members import members
from openapi.model import Action, Operation, Schema, Spec
from openapi.signatures import schemes
from openapi.validation import validator
from tests.mockserver.cloud import Cloud, operations, specs, start

SPECS = [pytest.param(spec, id=name) for name, spec in specs().items()]
OPERATIONS = [
    pytest.param(spec, operation, id=f"{spec.name}/{operation.id}")
    for spec in specs().values()
    for operation in spec.operations.values()
]


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return start()


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_is_openapi(spec: Spec) -> None:
    document = read(Path(spec.path))
    assert document["openapi"].startswith("3.0.")
    OpenAPIV30SpecValidator(document).validate()


@pytest.mark.parametrize("spec", SPECS)
def test_other_tools_take_the_file_as_it_lies(spec: Spec) -> None:
    document, address = read_from_filename(spec.path)
    validate(document, base_uri=address)
    found = [
        each.ok() for each in schemathesis.openapi.from_path(spec.path).get_all_operations() if isinstance(each, Ok)
    ]
    assert {each.definition.raw["operationId"] for each in found} == spec.operations.keys()


@pytest.mark.parametrize(("api", "operation"), operations())
def test_the_example_of_an_operation_is_accepted(cloud: Cloud, api: str, operation: str) -> None:
    cloud.engine.store.reset()
    found = cloud.operation(api, operation)
    cloud.example(api, operation)
    if found.action is Action.DOWNLOAD and not found.example:
        pytest.skip("a link leads there; nobody writes such a request by hand")
    assert cloud.last().reason in {"", "task-missing"}


@pytest.mark.parametrize(("spec", "operation"), OPERATIONS)
def test_every_example_of_a_member_is_a_value_of_it(spec: Spec, operation: Operation) -> None:
    assert spec.operations[operation.id] is operation
    for member in members(operation):
        if "example" in member.schema:
            assert validator(member.schema).problems(member.schema["example"]) == [], member.name


@pytest.mark.parametrize(("spec", "operation"), OPERATIONS)
def test_every_default_is_a_value_of_its_member(spec: Spec, operation: Operation) -> None:
    for member in members(operation):
        if "default" in member.schema and member.schema["default"] not in spec.not_given:
            assert validator(member.schema).problems(member.schema["default"]) == [], member.name


@pytest.mark.parametrize("spec", SPECS)
def test_a_link_leads_to_an_operation_that_its_scheme_signs(spec: Spec) -> None:
    if spec.link is None:
        assert all(operation.action is not Action.LINK for operation in spec.operations.values())
        return
    operation = spec.operations[spec.link.operation]
    assert (operation.action, operation.schemes) == (Action.DOWNLOAD, (spec.link.scheme,))
    assert hasattr(schemes()[spec.link.scheme], "presign")


@pytest.mark.parametrize("spec", SPECS)
def test_every_answer_can_be_compiled(spec: Spec) -> None:
    compiled = compile_api(spec)
    assert compiled.renderers.keys() == compiled.parsers.keys() == spec.operations.keys()


@pytest.mark.parametrize(("spec", "operation"), OPERATIONS)
def test_an_operation_says_what_it_does_and_where_its_page_is(spec: Spec, operation: Operation) -> None:
    raw: Schema = spec.document["paths"]
    for step in (each.replace("~1", "/") for each in operation.pointer.split("/")[2:]):
        raw = raw[step]
    assert raw["externalDocs"]["url"].startswith("https://")
    assert len(raw["description"]) > 10
    assert raw["summary"]
    assert set(raw["tags"]) <= {tag["name"] for tag in spec.document["tags"]}
    assert "security" in raw or "security" in spec.document
    statuses = {str(code.status) for code in spec.error_codes if code.belongs_to(operation.id)}
    assert "default" in raw["responses"] or statuses <= raw["responses"].keys()
