"""The region of a profile stands in requests, where they name one."""

from dataclasses import replace

from contracts.calls.client import Api
from contracts.calls.composing import scheme_for
from contracts.targets.embedded import open_embedded
from contracts.targets.mock import ACCOUNTS
from tests.contracts.bent import spec


def api_in(region: str) -> Api:
    """The first account's view of a mock, in a region."""
    own = spec("tencent-cls")
    found = Api(open_embedded({own.name: own}), own)
    found.account = replace(ACCOUNTS["first"], region=region)
    return found


def sent_region(api: Api) -> str:
    reply = api.call(api.operation("DescribeExports"))
    assert reply.accepted
    return reply.exchange.request.headers.get("x-tc-region", "")


def test_a_region_is_named_in_its_header() -> None:
    assert sent_region(api_in("ap-shanghai")) == "ap-shanghai"


def test_without_one_nothing_is_named_that_need_not_be() -> None:
    assert sent_region(api_in("")) == ""


def test_a_signature_for_a_region_carries_it() -> None:
    own = spec("huawei-iotda")
    assert getattr(scheme_for(own, "v11-hmac-sha256", "ap-southeast-1"), "region", "") == "ap-southeast-1"
    assert getattr(scheme_for(own, "v11-hmac-sha256"), "region", "") != "ap-southeast-1"
