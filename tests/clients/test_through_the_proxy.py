"""Official SDKs through `contracts proxy`: their signatures arrive genuine, and what passes is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.bls.bls_client import BlsClient
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkiotda.v5 import IoTDAClient
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from contracts.proxy.certificates import Certificates
from contracts.proxy.court import Court
from openapi.loader import load_all
from openapi.model import Spec
from tests.clients import baidu, iotda, tencent
from tests.clients.control import FIRST, Mock
from tests.clients.huawei import credentials_of
from tests.contracts.proxy.between import Between, proxying

# One SDK leaves its connections open, which is told whenever they are collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
CLOUDS = {
    "tencent-cls": "cls.tencentcloudapi.com",
    "huawei-iotda": "iotda.cn-north-4.myhuaweicloud.com",
    "baidu-bls": "bls-log.bj.baidubce.com",
}


@cache
def specs() -> dict[str, Spec]:
    return load_all(tuple(CLOUDS))


@dataclass(frozen=True)
class Door:
    """The proxy, as a client is told of it."""

    between: Between
    court: Court

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.between.port}"

    def verdicts(self, api: str) -> dict[str, str]:
        return {name: entry["verdict"] for name, entry in self.court.ledgers[api].entries.items()}

    def broken(self) -> list[str]:
        return [each for api in CLOUDS for each, verdict in self.verdicts(api).items() if verdict == "broken"]


@contextmanager
def door(mock: Mock, certificates: Certificates | None = None) -> Iterator[Door]:
    court = Court(specs(), mock.url, lambda _: None)
    with proxying(mock.url, judge=court.judge, certificates=certificates) as between:
        yield Door(between, court)
    assert court.mistakes == []


def live_tencent(mock: Mock, client: ClsClient) -> None:
    export = tencent.create(client)
    mock.advance(5)
    tencent.describe(client)
    mock.advance(10)
    assert tencent.describe(client).Exports[0].ExportId == export
    tencent.delete(client, export)


def live_huawei(mock: Mock, client: Any) -> None:
    task = iotda.create(client)
    mock.advance(10)
    assert iotda.ids(iotda.list_tasks(client)) == [task]
    assert iotda.download(client, task)
    iotda.delete(client, task)


def live_baidu(mock: Mock, client: BlsClient) -> None:
    task = baidu.create(client)
    mock.advance(10)
    assert baidu.show(client, task).state == "SUCCESS"
    assert baidu.ask_link(client, task).link
    baidu.delete(client, task)


def tencent_client(protocol: str, endpoint: str, **http: Any) -> ClsClient:
    profile = ClientProfile(httpProfile=HttpProfile(protocol=protocol, endpoint=endpoint, **http))
    return ClsClient(Credential(FIRST.key, FIRST.secret), tencent.REGION, profile)


def huawei_client(endpoint: str, config: HttpConfig) -> Any:
    builder = IoTDAClient.new_builder().with_credentials(credentials_of(FIRST)).with_endpoint(endpoint)
    return builder.with_http_config(config).build()


def baidu_client(endpoint: str, **proxy: Any) -> BlsClient:
    key = BceCredentials(FIRST.key, FIRST.secret)
    return BlsClient(BceClientConfiguration(credentials=key, endpoint=endpoint, **proxy))


def at_the_proxy(api: str, port: int) -> Any:
    """A client whose endpoint is the proxy."""
    if api == "tencent-cls":
        return tencent_client("http", f"127.0.0.1:{port}")
    if api == "huawei-iotda":
        return huawei_client(f"http://127.0.0.1:{port}", HttpConfig.get_default_config())
    return baidu_client(f"http://127.0.0.1:{port}")


def by_a_proxy_setting(api: str, port: int) -> Any:
    """A client of the cloud's own host over plain http, that was told of the proxy: one of them by its environment."""
    host = CLOUDS[api]
    if api == "tencent-cls":
        return tencent_client("http", host, proxy=f"http://127.0.0.1:{port}")
    if api == "huawei-iotda":
        return huawei_client(f"http://{host}", HttpConfig.get_default_config())
    return baidu_client(f"http://{host}", proxy_host="127.0.0.1", proxy_port=port)


def in_a_tunnel(api: str, port: int, authority: str) -> Any:
    """A client that speaks TLS to the cloud's own host, and trusts the proxy's authority."""
    host = CLOUDS[api]
    if api == "tencent-cls":
        return tencent_client("https", host, proxy=f"http://127.0.0.1:{port}", certification=authority)
    if api == "baidu-bls":
        return baidu_client(f"https://{host}", proxy_host="127.0.0.1", proxy_port=port)
    config = HttpConfig(proxy_protocol="http", proxy_host="127.0.0.1", proxy_port=port, ssl_ca_cert=authority)
    return huawei_client(f"https://{host}", config)


LIVES: dict[str, Callable[[Mock, Any], None]] = {
    "tencent-cls": live_tencent,
    "huawei-iotda": live_huawei,
    "baidu-bls": live_baidu,
}
WAYS = {"endpoint": at_the_proxy, "proxy-setting": by_a_proxy_setting}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", CLOUDS)
def test_an_sdk_lives_a_whole_life_through_the_proxy_and_nothing_is_broken(
    mock: Mock, monkeypatch: pytest.MonkeyPatch, api: str, way: str
) -> None:
    with door(mock) as through:
        if way == "proxy-setting":
            monkeypatch.setenv("http_proxy", f"http://{through.address}")
            monkeypatch.setenv("no_proxy", "127.0.0.1")
        LIVES[api](mock, WAYS[way](api, through.between.port))
    hosts = {each["request"]["headers"]["host"] for each in mock.exchanges(api=api)}
    assert hosts == ({through.address} if way == "endpoint" else {CLOUDS[api]})
    assert through.broken() == []
    held = [each for each, verdict in through.verdicts(api).items() if verdict == "held"]
    assert len(held) > 20


@pytest.mark.parametrize("api", CLOUDS)
def test_an_sdk_that_speaks_tls_to_the_cloud_is_read_in_its_tunnel(
    mock: Mock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, api: str
) -> None:
    certificates = Certificates()
    authority = tmp_path / "authority.pem"
    certificates.write(authority)
    with door(mock, certificates) as through:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))  # for the one that has no setting for it
        LIVES[api](mock, in_a_tunnel(api, through.between.port, str(authority)))
    hosts = {each["request"]["headers"]["host"].removesuffix(":443") for each in mock.exchanges(api=api)}
    assert hosts == {CLOUDS[api]}
    assert through.broken() == []


def test_an_sdk_that_takes_the_proxy_for_the_cloud_over_tls_is_read_too(mock: Mock, tmp_path: Path) -> None:
    certificates = Certificates()
    authority = tmp_path / "authority.pem"
    certificates.write(authority)
    with door(mock, certificates) as through:
        config = HttpConfig(ssl_ca_cert=str(authority))
        live_huawei(mock, huawei_client(f"https://{through.address}", config))
    assert through.verdicts("huawei-iotda")["huawei-iotda/CreateExportTask/status"] == "held"


def test_a_forged_signature_is_refused_by_the_server_and_not_by_the_proxy(mock: Mock) -> None:
    with door(mock) as through:
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=through.address))
        client = ClsClient(Credential(FIRST.key, "WRONG"), tencent.REGION, profile)
        with pytest.raises(TencentCloudSDKException, match="AuthFailure"):
            tencent.describe(client)
    assert through.broken() == []
