"""Is what requests may refer to there, in the condition that it was put into?"""

import pytest

from mockserver.accounts import FIRST, Account, in_conditions
from mockserver.resources import Resources, Unknown
from openapi.messages import Credentials
from tests.mockserver.cloud import specs, start

TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
CLOSED = "c105ed00-3025-4048-b81a-dd436373062e"


@pytest.fixture
def resources() -> Resources:
    return Resources(specs(), [FIRST, *in_conditions(specs().values())])


def test_what_the_specs_name_exists_from_the_start(resources: Resources) -> None:
    assert resources.condition("tencent-cls", "topic", TOPIC) == ""
    assert resources.condition("tencent-cls", "topic", CLOSED) == "closed"
    assert resources.condition("huawei-clouddc", "server", "srv-2") == "not-ready"


def test_anything_else_is_missing(resources: Resources) -> None:
    assert resources.condition("tencent-cls", "topic", "x") == "missing"
    assert resources.condition("baidu-bls", "topic", TOPIC) == "missing"


def test_anything_exists_where_any_id_is_known_but_the_conditions_stay() -> None:
    resources = Resources(specs(), [], any_known=True)
    assert resources.condition("tencent-cls", "topic", "x") == ""
    assert resources.condition("tencent-cls", "topic", CLOSED) == "closed"


def test_any_resource_lets_any_well_formed_id_through() -> None:
    cloud = start(any_resource=True)
    assert cloud.example("huawei-clouddc", "ExportServerLogs", id="srv-77").status == 202


def test_an_account_is_in_its_condition_where_the_api_knows_it(resources: Resources) -> None:
    (isolated,) = [each for each in in_conditions(specs().values()) if each.condition == "isolated"]
    assert resources.condition("tencent-cls", "account", isolated.key.key_id) == "isolated"
    assert resources.condition("baidu-bls", "account", isolated.key.key_id) == ""
    assert resources.condition("tencent-cls", "account", FIRST.key.key_id) == ""


def test_what_is_put_is_there_until_it_is_removed_or_all_is_reset(resources: Resources) -> None:
    resources.put("tencent-cls", "topic", "x", "closed")
    assert resources.condition("tencent-cls", "topic", "x") == "closed"
    resources.put("tencent-cls", "topic", "x")
    assert resources.condition("tencent-cls", "topic", "x") == ""
    resources.remove("tencent-cls", "topic", "x")
    resources.remove("tencent-cls", "topic", TOPIC)
    assert [resources.condition("tencent-cls", "topic", each) for each in ("x", TOPIC)] == ["missing", "missing"]
    resources.reset()
    assert resources.condition("tencent-cls", "topic", TOPIC) == ""


def test_all_of_them_are_listed_in_order(resources: Resources) -> None:
    listed = resources.all()
    assert listed == sorted(listed)
    assert ("huawei-clouddc", "server", "srv-1", "") in listed


@pytest.mark.parametrize(
    ("arguments", "message", "valid"),
    [
        (("tencent", "topic", "x", ""), "unknown API 'tencent'", sorted(specs())),
        (("tencent-cls", "bucket", "x", ""), "tencent-cls has no resource 'bucket'", ["account", "topic"]),
        (
            ("huawei-clouddc", "server", "x", "closed"),
            "server of huawei-clouddc has no condition",
            ["missing", "not-ready"],
        ),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_ones(
    resources: Resources, arguments: tuple[str, str, str, str], message: str, valid: list[str]
) -> None:
    with pytest.raises(Unknown, match=message) as refused:
        resources.put(*arguments)
    assert refused.value.valid == valid


def test_a_condition_that_no_api_knows_does_not_matter() -> None:
    strange = Account("1", "n", "d", Credentials("AK", "SK"), "p", "t", "w", condition="asleep")
    assert Resources(specs(), [strange]).condition("tencent-cls", "account", "AK") == ""
