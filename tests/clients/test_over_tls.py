"""Official SDKs reach a mock behind TLS once they trust its authority, as `mockserver env` says, and not before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import certifi
import pytest
import requests
from click.testing import CliRunner
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

import mockserver
from mockserver.cli import commands
from mockserver.hints import fill, places
from openapi.loader import load
from tests.clients import baidu, iotda, tencent, workspace
from tests.clients.control import FIRST, Mock
from tests.clients.exported import open_tar, read_json_lines
from tests.clients.nodejs import NodeClients, absence
from tests.clients.process import serve
from tests.clients.test_ready_made import CREATE, create_log_export
from tests.clients.test_tencent_tccli import TCCLI

# Without python-dateutil, which it does not require, one of the SDKs leaves moments as text and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")


PATIENCE = 60  # seconds after which a test gives up


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the authority of these tests is kept."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder: Path) -> str:
    return str(folder / "authority.pem")


@pytest.fixture(scope="module")
def running(environment: dict[str, str], folder: Path, authority: str) -> Iterator[Mock]:
    """A mock that is served with --tls."""
    with serve(environment, "--tls", "--tls-folder", str(folder)) as found:
        found.session.verify = authority
        yield found


def printed(api: str, mock: Mock, folder: Path, shell: str = "json") -> str:
    """What `mockserver env` prints."""
    options = ["--url", mock.url, "--tls", "--tls-folder", str(folder), "--shell", shell]
    done = CliRunner().invoke(commands, ["env", api, *options])
    assert done.exit_code == 0, done.output
    return done.output


def variables(api: str, mock: Mock, folder: Path) -> dict[str, str]:
    return dict(json.loads(printed(api, mock, folder)))


@pytest.mark.parametrize("api", CREATE)
def test_a_ready_made_client_trusts_the_authority(api: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mockserver.Server(api, tls=True, tls_folder=folder) as server:
        if api == "baidu-bls":  # whose SDK can only be told by its environment
            monkeypatch.setenv("SSL_CERT_FILE", server.env(api)["SSL_CERT_FILE"])
        assert server.url.startswith("https://")
        assert CREATE[api](server.client(api))
        assert len(server.tasks(api)) == 1


def settings(api: str, mock: Mock, authority: str) -> Any:
    """The client that the printed lines of the Python SDK make."""
    (hint,) = [hint for hint in load(api).clients if hint.name == "Python SDK"]
    found: dict[str, Any] = {}
    exec(fill(hint.settings, places(mock.url, authority=authority)), found)  # noqa: S102 - as a user would paste it
    return found["client"]


def test_the_printed_lines_of_the_tencent_python_sdk_are_enough(running: Mock, authority: str) -> None:
    client = settings("tencent-cls", running, authority)
    export = tencent.create(client)
    running.advance(60)
    (task,) = [each for each in tencent.describe(client).Exports if each.ExportId == export]
    assert task.CosPath.startswith(running.url)
    content = running.download(task.CosPath).content
    assert len(content) == task.FileSize
    assert read_json_lines(open_tar(content)[1])


def test_without_the_line_about_the_authority_the_sdk_refuses(running: Mock) -> None:
    with pytest.raises(TencentCloudSDKException, match="CERTIFICATE_VERIFY_FAILED"):
        tencent.create(settings("tencent-cls", running, ""))


@pytest.mark.parametrize(
    ("api", "create"),
    [("huawei-iotda", iotda.create), ("huawei-clouddc", create_log_export), ("huawei-workspace", workspace.create)],
)
def test_the_huawei_python_sdks_trust_what_their_environment_says(
    running: Mock, folder: Path, monkeypatch: pytest.MonkeyPatch, api: str, create: Any
) -> None:
    client = settings(api, running, "")
    with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
        create(client)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", variables(api, running, folder)["REQUESTS_CA_BUNDLE"])
    assert create(client)


def test_the_baidu_python_sdk_trusts_what_its_environment_says(
    running: Mock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", variables("baidu-bls", running, folder)["SSL_CERT_FILE"])
    assert baidu.create(settings("baidu-bls", running, ""))


def test_tccli_trusts_what_is_added_to_its_certificates(running: Mock, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(Path(certifi.__file__).parent, tmp_path / "certifi")  # that of this machine stays as it is
    script = "\n".join(
        line.removeprefix("#   ")
        for line in printed("tencent-cls", running, folder, "bash").splitlines()
        if line.startswith(("#   cat", "#   tccli", "export TENCENT"))
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), str(TCCLI.parent), os.environ["PATH"]])
    home = {"PATH": path, "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(["sh", "-ec", script], env=home, capture_output=True, text=True, check=True)
    assert "Exports" in json.loads(done.stdout)


CALLS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "tencent-cls": (
        "tencent.js",
        {"region": tencent.REGION, "signature": "TC3-HMAC-SHA256", "method": "POST", "protocol": "https://"},
        {"operation": "DescribeExports", "parameters": {"TopicId": tencent.TOPIC}},
    ),
    "huawei-iotda": (
        "huawei.js",
        {"project": FIRST.project},
        {"method": "GET", "path": f"/v5/iot/{FIRST.project}/export-tasks", "query": {"resource_type": "BatchTask"}},
    ),
}


@pytest.mark.parametrize("api", CALLS)
def test_the_node_sdks_trust_what_their_environment_says(
    running: Mock, folder: Path, environment: dict[str, str], api: str
) -> None:
    if reason := absence():
        pytest.skip(reason)
    script, settings, call = CALLS[api]
    client = {"url": running.url, "endpoint": running.host, "key": FIRST.key, "secret": FIRST.secret, **settings}
    with ExitStack() as processes:
        (outcome,) = NodeClients(environment, processes).run(script, client, [call])
        assert "certificate" in json.dumps(outcome["error"])
    with ExitStack() as processes:
        told = {"NODE_EXTRA_CA_CERTS": variables(api, running, folder)["NODE_EXTRA_CA_CERTS"]}
        (outcome,) = NodeClients(environment | told, processes).run(script, client, [call])
        assert "answer" in outcome, outcome


def test_the_baidu_node_sdk_trusts_everybody(running: Mock, node: NodeClients) -> None:
    client = {"url": running.url, "key": FIRST.key, "secret": FIRST.secret}
    (outcome,) = node.run("baidu.js", client, [{"method": "POST", "path": "/list", "body": {}}])
    assert "answer" in outcome, outcome


def test_curl_trusts_what_its_environment_says(running: Mock, folder: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    told = {"PATH": os.environ["PATH"], "CURL_CA_BUNDLE": variables("huawei-iotda", running, folder)["CURL_CA_BUNDLE"]}
    command = ["curl", "-sS", f"{running.url}/_mock/health"]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["status"] == "ok"


def test_a_page_of_the_mock_itself_may_use_the_control_plane(running: Mock) -> None:
    def status(origin: str) -> int:
        clock = f"{running.url}/_mock/clock"
        return running.session.get(clock, headers={"Origin": origin}, timeout=PATIENCE).status_code

    assert (status(running.url), status(running.url.replace("https", "http"))) == (200, 403)


def test_who_speaks_http_gets_no_answer(running: Mock) -> None:
    with pytest.raises(requests.ConnectionError):
        running.session.get(running.url.replace("https", "http"), timeout=PATIENCE)
