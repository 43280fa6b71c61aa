"""Are the arguments of a call those that its bytes spell?"""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from mockserver.decoding import decode
from mockserver.parsing import marks, parser
from mockserver.refusal import Refusal
from openapi.messages import Request
from openapi.model import Parameter
from tests.mockserver.cloud import Cloud, make, specs

CREATE = {"TopicId": "ee20bb16-3025-4048-b81a-dd436373062e", "Count": 100, "Query": "*", "From": 1, "To": 2}
FORM = "application/x-www-form-urlencoded"
COMMON = {"Action": "CreateExport", "Version": "2020-10-16", "SecretId": "x", "Nonce": "1", "Region": "y"}


def parse(cloud: Cloud, api: str, operation: str, request: Request, **path: str) -> dict[str, object]:
    return dict(cloud.engine._services[api].parsers[operation].parse(request, path))


def get(query: str) -> Request:
    return Request("GET", "/", query, {})


def test_the_arguments_of_a_body_come_with_the_defaults_of_the_others(cloud: Cloud) -> None:
    spec = specs()["tencent-cls"]
    found = parse(cloud, "tencent-cls", "CreateExport", make(spec, spec.operations["CreateExport"], CREATE))
    assert found == CREATE | {"Order": "desc", "Format": "json", "SyntaxRule": 0}


def test_a_query_and_a_form_say_the_same_as_a_body(cloud: Cloud) -> None:
    spec = specs()["tencent-cls"]
    expected = parse(cloud, "tencent-cls", "CreateExport", make(spec, spec.operations["CreateExport"], CREATE))
    spelled = urlencode(CREATE | COMMON)
    form = Request("POST", "/", "", {"content-type": FORM}, spelled.encode())
    assert parse(cloud, "tencent-cls", "CreateExport", get(spelled)) == expected
    assert parse(cloud, "tencent-cls", "CreateExport", form) == expected


def test_the_items_of_an_array_are_ordered_by_their_numbers(cloud: Cloud) -> None:
    items = urlencode({f"DerivedFields.{index}": f"field{index}" for index in (10, 2, 0)})
    found = parse(cloud, "tencent-cls", "CreateExport", get(urlencode(CREATE) + "&" + items))
    assert found["DerivedFields"] == ["field0", "field2", "field10"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (urlencode(CREATE) + "&Count=5", "wrong-format"),
        (urlencode(CREATE) + "&DerivedFields.0=a&DerivedFields.0=b", "wrong-format"),
        (urlencode(CREATE | {"Count": "many"}), "wrong-type"),
        (urlencode(CREATE | {"Count": "9" * 400}), "wrong-type"),
        (urlencode(CREATE | {"Count": 2**63}), "out-of-range"),
        (urlencode(CREATE | {"Count.0": 1}), "unknown-parameter"),
        (urlencode(CREATE) + "&Query.0=a", "unknown-parameter"),
        (urlencode(CREATE) + "&DerivedFields." + "9" * 5000 + "=a", "unknown-parameter"),
        (urlencode(CREATE) + "&DerivedFields.0=%FF", "wrong-format"),
    ],
)
def test_a_query_in_place_of_a_body_is_held_to_its_schema(cloud: Cloud, query: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(cloud, "tencent-cls", "CreateExport", get(query))
    assert refused.value.reason == reason


def test_values_that_mean_not_given_are_not_given(cloud: Cloud) -> None:
    spec = specs()["baidu-bls"]
    operation = spec.operations["ListDownloadTask"]
    given = parse(cloud, "baidu-bls", "ListDownloadTask", make(spec, operation, {"logStoreName": "", "pageNo": 0}))
    assert given == parse(cloud, "baidu-bls", "ListDownloadTask", make(spec, operation, {}))


def test_false_is_a_value_where_zero_means_not_given(cloud: Cloud) -> None:
    spec = specs()["baidu-bls"]
    with pytest.raises(Refusal, match="pageNo"):
        parse(
            cloud, "baidu-bls", "ListDownloadTask", make(spec, spec.operations["ListDownloadTask"], {"pageNo": False})
        )


def test_a_query_holds_integers_booleans_and_arrays(cloud: Cloud) -> None:
    query = "limit=5&is_download=TRUE"
    found = parse(cloud, "huawei-workspace", "ListExportTasks", get(query), project_id="p")
    assert (found["limit"], found["is_download"]) == (5, True)
    query = "language=en_US&user_names=a&user_names=b"
    assert parse(cloud, "huawei-workspace", "ExportDesktopListNew", get(query), project_id="p")["user_names"] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("kinds", "said", "read"),
    [
        ("number", "2.5", "2.5"),
        ("number", "-2", "-2"),
        ("number", "1e-07", "1e-07"),
        ("number", "2.5E%2B20", "2.5e+20"),
        (["integer", "number"], "2.5", "2.5"),
        (["integer", "number"], "2", "2"),
        (["boolean", "integer"], "true", "True"),
        (["boolean", "integer"], "7", "7"),
        (["string", "integer"], "7", "'7'"),
        (["integer", "null"], "7", "7"),
        (["array", "null"], "7", "['7']"),
        (["array", "null"], "7&limit=8", "['7', '8']"),
    ],
    ids=str,
)
def test_a_parameter_is_read_as_the_first_of_its_types_that_it_spells(
    kinds: str | list[str], said: str, read: str
) -> None:
    spec = specs()["huawei-workspace"]
    found = spec.operations["ListExportTasks"]
    taken = Parameter("limit", "query", required=False, schema={"type": kinds}, pointer="")
    arguments = parser(replace(found, parameters=(taken,)), spec).parse(get(f"limit={said}"), {})
    assert repr(arguments["limit"]) == read


def test_the_items_of_an_array_that_may_be_null_are_numbered_in_a_form_as_those_of_any() -> None:
    spec = specs()["tencent-cls"]
    found = spec.operations["CreateExport"]
    body = {"type": "object", "properties": {"Ids": {"type": ["array", "null"], "items": {"type": "integer"}}}}
    arguments = parser(replace(found, body=body), spec).parse(get("Ids.1=8&Ids.0=7"), {})
    assert arguments["Ids"] == [7, 8]


def test_an_unknown_parameter_that_is_ignored_may_come_twice(cloud: Cloud) -> None:
    found = parse(cloud, "huawei-workspace", "ListExportTasks", get("other=1&other=2"), project_id="p")
    assert "other" not in found


@pytest.mark.parametrize(("levels", "is_read"), [(3, True), (2, False), (1, False), (0, False)])
def test_a_body_is_read_as_deep_as_the_limit(levels: int, is_read: bool) -> None:  # noqa: FBT001
    if is_read:
        assert decode(b'{"a": [{"b": 1}]}', levels, "malformed-body") == {"a": [{"b": 1}]}
    else:
        with pytest.raises(Refusal, match=f"more than {levels} levels") as refused:
            decode(b'{"a": [{"b": 1}]}', levels, "too-deep")
        assert refused.value.reason == "too-deep"


def test_a_text_alone_is_no_level() -> None:
    assert decode(b'"a"', 0, "malformed-body") == "a"


def test_an_integer_keeps_all_its_digits() -> None:
    assert decode(b"9" * 400, 1, "malformed-body") == 10**400 - 1


def test_marks_are_found_inside_members() -> None:
    operation = specs()["huawei-iotda"].operations["CreateExportTask"]
    (mark,) = [each for each in marks(operation, "x-resource") if each.value == "batch-task"]
    assert mark.name == "resource_condition.task_id"
    assert mark.read({"resource_condition": {"task_id": "x"}}) == "x"
    assert mark.read({"resource_condition": None}) is None
