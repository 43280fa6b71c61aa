"""Are the keywords of a spec checked where they stand?"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi.document import HERE, SHARED, SpecError, read
from openapi.vocabulary import check

ANY_FILE = HERE / "baidu-bls.yaml"  # lines are looked up in it, nothing else
FILES = sorted([*HERE.glob("*.yaml"), SHARED / "huawei-iam.yaml"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_spec_keeps_to_the_vocabulary(path: Path) -> None:
    check(read(path), path)


def test_every_keyword_is_explained() -> None:
    described = json.loads((HERE / "vocabulary.schema.json").read_text(encoding="utf-8"))
    keywords = {key for place in ("anywhere", "root", "operation", "part") for key in described[place]}
    page = (HERE.parent / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert [key for key in sorted(keywords) if key not in page] == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"x-lifecycles": {}}, "unknown keyword x-lifecycles; did you mean x-lifecycle"),
        (
            {"paths": {"/a": {"get": {"x-lifecycle": {}}}}},
            r"unknown keyword x-lifecycle.*\(at /paths/~1a/get/x-lifecycle\)",
        ),
        ({"components": {"schemas": {"A": {"x-action": "create"}}}}, "unknown keyword x-action"),
        ({"paths": {"/a": {"get": {"x-action": "make"}}}}, "x-action: "),
        ({"components": {"schemas": {"A": {"properties": {"b": {"x-bind": 5}}}}}}, "x-bind: "),
        ({"x-not-given": 0}, "x-not-given: "),
        (
            {"info": {"x-cite": {"page": "a"}}},
            "x-cite: {.page.: .a.} has to consist of page and quote, or of page and reported, or of assumed",
        ),
    ],
)
def test_a_keyword_that_is_unknown_or_misused_is_refused_with_its_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        check(document, ANY_FILE)


@pytest.mark.parametrize(
    "document",
    [
        {"components": {"schemas": {"A": {"properties": {"x-anything": {"type": "string"}}}}}},
        {"components": {"responses": {"A": {"headers": {"x-request-id": {}}}}}},
        {"components": {"schemas": {"A": {"example": {"x-anything": 1}, "default": {"x-other": 2}}}}},
    ],
)
def test_names_and_data_of_the_provider_are_no_keywords(document: dict[str, Any]) -> None:
    check(document, ANY_FILE)


def client(**python: Any) -> dict[str, Any]:
    described = {"packages": ["acme-sdk"], "client": {"new": "acme.reports:Client", "with": ["{key_id}"]}, **python}
    return {"x-clients": [{"name": "Python SDK", "settings": "client = ...", "python": described}]}


def test_the_client_that_the_page_describes_is_taken() -> None:
    page = (HERE.parent / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("python:")]
    check(client(**yaml.safe_load(example)["python"]), ANY_FILE)


@pytest.mark.parametrize(
    "python",
    [
        {"client": {"new": "acme.reports.Client"}},
        {"client": {"new": "os:system", "with": ["true"]}},
        {"client": {"new": "acme:Client", "then": [{"build": [], "close": []}]}},
        {"client": {"new": "acme:Client", "with": [{"new": "acme"}]}},
        {"packages": []},
        {"http": "urllib3"},
    ],
    ids=["no class", "a function", "two methods at once", "no class inside", "no package", "other HTTP"],
)  # fmt: skip
def test_a_client_that_cannot_be_made_is_refused(python: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"baidu-bls\.yaml:\d+: x-clients: "):
        check(client(**python), ANY_FILE)
