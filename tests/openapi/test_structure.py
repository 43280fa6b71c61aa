"""Is a document that no OpenAPI tool could read refused with its place, before anything stumbles over it?"""

from pathlib import Path
from typing import Any

import pytest

from openapi.document import HERE, SHARED, SpecError, patch, read
from openapi.loader import load
from openapi.structure import check_structure

PATH = HERE / "baidu-bls.yaml"
FILES = sorted([*HERE.glob("*.yaml"), SHARED / "huawei-iam.yaml"])
CREATE = "/paths/~1v1~1logstore~1download/post"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_spec_has_the_form(path: Path) -> None:
    check_structure(read(path), path)


@pytest.mark.parametrize(
    ("pointer", "value", "message"),
    [
        ("/info", None, "'info' is missing"),
        ("/openapi", "3.1.0", r"3\.1\.0.*\(at /openapi\)"),
        ("/paths", {}, r"\(at /paths\)"),
        ("/paths", {"downloads": {}}, r"\(at /paths"),
        ("/paths/~1made-up", [], r'\[\] is not of type "object" \(at /paths/~1made-up\)'),
        ("/paths/~1made-up", {"get": {"operationId": "A", "responses": {}}}, r"'x-action' is missing \(at /paths/"),
        ("/paths/~1made-up", {"parameters": [{"name": "a", "in": "query"}]}, r"'schema' is missing"),
        ("/components/responses/MadeUp", {"content": {"text/plain": {}}}, "'schema' is missing"),
        (
            "/components/schemas/MadeUp",
            {"type": "text"},
            r'"text" is not known here; here may stand array, .*\(at /components/schemas/MadeUp/type\)',
        ),
        ("/components/schemas/MadeUp", {"required": []}, r"\(at /components/schemas/MadeUp/required\)"),
        ("/components/schemas/MadeUp", {"minLength": "1"}, r"\(at /components/schemas/MadeUp/minLength\)"),
        ("/components/schemas/MadeUp", {"pattern": "("}, r"\(at /components/schemas/MadeUp/pattern\)"),
        ("/components/schemas/MadeUp", {"properties": {"a": 1}}, r"\(at /components/schemas/MadeUp/properties/a\)"),
        (
            "/components/schemas/MadeUp",
            {"maxLenght": 5},
            r"maxLenght is no keyword that is read here; did you mean maxLength\? \(at /components/.*/maxLenght\)",
        ),
        (
            "/components/schemas/MadeUp",
            {"items": {"const": 5}},
            "const is no keyword that is read here; here may stand ",
        ),
        ("/paths/~1made-up", {"get": {"requestbody": {}}}, r"\(at /paths/~1made-up/get"),
        (
            "/components/parameters/MadeUp",
            {"name": "a", "in": "query", "schema": {}, "requried": True},
            "mean required",
        ),
        ("/pathz", {}, r"did you mean paths\? \(at /pathz\)"),
        ("/components/schemas/MadeUp", {"$ref": "elsewhere.yaml"}, r"\(at /components/schemas/MadeUp/\$ref\)"),
    ],
)
def test_another_form_is_refused_with_its_place(pointer: str, value: Any, message: str) -> None:
    with pytest.raises(SpecError, match=rf"baidu-bls\.yaml:\d+: .*{message}"):
        check_structure(patch(read(PATH), {pointer: value}), PATH)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("info: {}\nswagger: '2.0'", r":2: is Swagger 2\.0, and OpenAPI 3\.0 is read"),
        ("info: {title: t}\npaths: {}", ":1: is no OpenAPI document: `openapi: 3.0.3` is missing"),
        ("info: {}\nopenapi: 3.1.0", r":2: is OpenAPI 3\.1\.0, and 3\.0 is read"),
        ("openapi: 3.0.3\nx-logo: a", ":1: 'x-authentication' is missing: .* needs the keywords of docs/vocabulary.md"),
    ],
)
def test_a_document_of_another_kind_is_told_as_such(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(text)
    with pytest.raises(SpecError, match=rf"one\.yaml{said}"):
        load(path)
