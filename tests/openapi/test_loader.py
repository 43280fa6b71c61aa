"""Does YAML become the spec that it says, and is what cannot be used refused with its place?"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi.document import HERE, SpecError, patch, read
from openapi.loader import load, load_all, names, spec_of
from openapi.model import Action, Phase, Spec

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
NAMES = ["baidu-bls", "huawei-clouddc", "huawei-iotda", "huawei-workspace", "tencent-cls"]


@pytest.fixture
def broken(tmp_path: Path) -> Any:
    """A function that loads a spec with one thing changed."""

    def change(pointer: str, value: Any, api: str = "tencent-cls") -> Spec:
        document = patch(read(HERE / f"{api}.yaml"), {pointer: value})
        path = tmp_path / f"{api}.yaml"
        path.write_text(yaml.dump(document, Dumper=DUMPER, allow_unicode=True), encoding="utf-8")
        return load(path)

    return change


def test_the_apis_are_the_yaml_files() -> None:
    assert names() == NAMES


def test_all_of_them_and_their_companions_are_loaded() -> None:
    assert sorted(load_all()) == sorted([*NAMES, "huawei-iam"])


def test_a_chosen_api_comes_with_its_companions() -> None:
    assert list(load_all(["huawei-clouddc"])) == ["huawei-clouddc", "huawei-iam"]
    assert list(load_all(["tencent-cls"])) == ["tencent-cls"]


def test_a_spec_is_found_by_name_and_by_path() -> None:
    assert load("baidu-bls").operations.keys() == load(HERE / "baidu-bls.yaml").operations.keys()
    assert load(str(HERE / "baidu-bls.yaml")).name == "baidu-bls"


@pytest.mark.parametrize("name", ["tencent", "", "../openapi/tencent-cls", "shared/huawei-iam", "TENCENT-CLS"])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(SpecError, match=r"unknown API .*; there are baidu-bls, huawei-clouddc"):
        load(name)


def test_two_files_of_one_name_are_refused_rather_than_one_of_them_overlooked(tmp_path: Path) -> None:
    own = tmp_path / "baidu-bls.yaml"
    own.write_bytes((HERE / "baidu-bls.yaml").read_bytes())
    assert list(load_all(["baidu-bls", "baidu-bls", HERE / "baidu-bls.yaml"])) == ["baidu-bls"]
    with pytest.raises(SpecError, match=rf"{own} and .* are both called baidu-bls"):
        load_all(["baidu-bls", own])


def test_a_reading_of_an_api_that_is_not_loaded_is_refused() -> None:
    with pytest.raises(SpecError, match="no such API is loaded"):
        load_all(["baidu-bls"], {"tencent-cls/syntax-rule-default": "cql"})


def test_an_unknown_reading_or_answer_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match=r"tencent-cls has no reading 'x'; it has .*syntax-rule-default"):
        load("tencent-cls", {"x": "y"})
    with pytest.raises(SpecError, match="has no answer 'x'; it has lucene, cql"):
        load("tencent-cls", {"syntax-rule-default": "x"})


def test_a_reading_changes_the_spec_and_leaves_the_next_one_as_it_was() -> None:
    bodies = [
        load("tencent-cls", choices).operations["CreateExport"].body for choices in ({"syntax-rule-default": "cql"}, {})
    ]
    defaults = [(body or {})["properties"]["SyntaxRule"]["default"] for body in bodies]
    assert defaults == [1, 0]


def test_the_nouns_of_an_operation_are_read() -> None:
    create = load("tencent-cls").operations["CreateExport"]
    assert (create.method, create.path, create.action, create.action_name) == (
        "POST",
        "/",
        Action.CREATE,
        "CreateExport",
    )
    assert [limit.requests for limit in create.rate_limits] == [20]
    assert create.file is not None
    assert create.file.archive == "tar.gz"
    delete = load("huawei-iotda").operations["DeleteExportTask"]
    assert (delete.method, delete.success.status, delete.success.schema) == ("DELETE", 204, None)
    assert [each.name for each in delete.parameters if each.where == "path"] == ["project_id", "export_task_id"]


def test_the_nouns_of_an_api_are_read() -> None:
    spec = load("huawei-iotda")
    assert [(quota.counts, quota.limit, quota.when_full) for quota in spec.quotas] == [
        ("all", 50, "evict-earliest"),
        ("unfinished", 5, "refuse"),
    ]
    assert spec.lifecycle is not None
    assert spec.lifecycle.words[Phase.SUCCEEDED] == "Success"
    assert spec.hosts == ("iotda.*.myhuaweicloud.com",)


@pytest.mark.parametrize(
    ("pointer", "value", "message"),
    [
        ("/x-colour", "red", r"tencent-cls\.yaml:\d+: unknown keyword x-colour; .* \(at /x-colour\)"),
        ("/x-quota", [], "unknown keyword x-quota; did you mean x-quotas"),
        ("/x-lifecycle/timetable/queued", "soon", r"x-lifecycle: .*\(at /x-lifecycle/timetable/queued\)"),
        ("/x-error-codes/0/when", "invalid", r"x-error-codes: .*\(at /x-error-codes/0/when\)"),
        ("/paths/~1#X-TC-Action=CreateExport/post/x-action", "make", "x-action"),
        ("/paths/~1#X-TC-Action=CreateExport/post/operationId", None, "'operationId' is missing"),
        ("/paths/~1#X-TC-Action=CreateExport/post/responses/200", {"$ref": "#/nowhere"}, "leads nowhere"),
        ("/x-failure", "Nothing", "'Nothing' is missing"),
        ("/x-error-codes/0/x-cite", {"page": "nowhere", "quote": "x"}, "x-cite names the page 'nowhere'"),
        ("/x-authentication", None, "'x-authentication' is missing"),
    ],
)
def test_a_spec_that_cannot_be_used_is_refused_with_its_place(
    broken: Any, pointer: str, value: Any, message: str
) -> None:
    with pytest.raises(SpecError, match=message):
        broken(pointer, value)


def test_a_statement_that_nobody_makes_is_refused(broken: Any) -> None:
    with pytest.raises(SpecError, match="no x-cite"):
        broken("/x-error-codes/0/x-cite", None)


def test_a_document_is_a_spec_without_a_file() -> None:
    spec = spec_of(read(HERE / "huawei-clouddc.yaml"), Path("other.yaml"), {})
    assert (spec.name, spec.operations.keys()) == ("other", load("huawei-clouddc").operations.keys())
