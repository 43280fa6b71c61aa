"""The clients that the mock makes of the official SDKs for Python work at once, in this process and on a port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from huaweicloudsdkclouddc.v1 import ExportServerLogsRequest

import mockserver
from mockserver.official import NoClient, client_of
from openapi.loader import load, names
from openapi.model import PythonClient
from tests.clients import baidu, iotda, tencent, workspace

# Without python-dateutil, which it does not require, one of the SDKs leaves moments as text and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")


def create_log_export(client: Any) -> str:
    return str(client.export_server_logs(ExportServerLogsRequest(id="srv-1")).export_id)


CREATE: dict[str, Callable[[Any], str]] = {
    "baidu-bls": baidu.create,
    "huawei-clouddc": create_log_export,
    "huawei-iotda": iotda.create,
    "huawei-workspace": workspace.create,
    "tencent-cls": tencent.create,
}
IN_PROCESS = [api for api in names() if api != "baidu-bls"]


def test_every_api_is_tried() -> None:
    assert [*CREATE] == names()


@pytest.mark.parametrize("api", CREATE)
def test_a_client_made_for_a_port_creates_a_task(api: str) -> None:
    with mockserver.Server(api) as server:
        login = server.accounts.open()
        assert CREATE[api](server.client(api, login))
        assert [task["account"] for task in server.tasks(api)] == [login.number]


@pytest.mark.parametrize("api", IN_PROCESS)
def test_a_client_made_in_the_process_creates_a_task(api: str) -> None:
    with mockserver.mock(api) as cloud:
        assert CREATE[api](cloud.client(api))
        assert len(cloud.tasks(api)) == 1


def test_a_client_with_http_of_its_own_needs_a_port() -> None:
    with (
        mockserver.mock("baidu-bls") as cloud,
        pytest.raises(NoClient, match=r"does not send with `requests`.*mockserver\.Server"),
    ):
        cloud.client("baidu-bls")


def described(**changes: Any) -> Any:
    """The spec of an API whose client is another one."""
    spec = load("huawei-iotda")
    python = {"packages": ("no-such-sdk",), "client": {"new": "no_such_sdk:Client"}, "http": "", **changes}
    return replace(spec, clients=(replace(spec.clients[0], python=PythonClient(**python)),))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "pip install no-such-sdk"),
        ({"client": {"new": "subprocess:Popen", "with": [["true"]]}}, "subprocess belongs to none of no-such-sdk"),
        ({"packages": ("requests",), "client": {"new": "requests:NoClass"}}, "requests has no class NoClass"),
        ({"packages": ("requests",), "client": {"new": "requests:get", "with": []}}, "requests has no class get"),
    ],
    ids=["not installed", "not of the package", "no such class", "no class"],
)  # fmt: skip
def test_what_cannot_be_made_is_told(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(NoClient) as raised:
        client_of(described(**changes), {"authority": ""})
    assert said in str(raised.value)


def test_a_spec_without_a_client_says_so() -> None:
    with pytest.raises(NoClient, match="names no official client for Python"):
        client_of(replace(load("huawei-iotda"), clients=()), {})
