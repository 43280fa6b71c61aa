"""huaweicloudsdkclouddc: exports of server logs, and what the SDK raises when they are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from huaweicloudsdkclouddc.v1 import (
    CloudDCClient,
    DownloadServerLogsRequest,
    ExportServerLogsRequest,
    ShowLogsExportStatusRequest,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from tests.clients.control import FIRST, SECOND, Account, Mock
from tests.clients.exported import open_tar
from tests.clients.huawei import connect, refusal

API = "huawei-clouddc"
SERVER = "srv-1"
# Without python-dateutil, which it does not require, the SDK leaves moments as text and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")


def export(client: Any, server: str = SERVER) -> str:
    """The id of a new export."""
    return str(client.export_server_logs(ExportServerLogsRequest(id=server)).export_id)


def show(client: Any, export_id: str, server: str = SERVER) -> Any:
    return client.show_logs_export_status(ShowLogsExportStatusRequest(id=server, export_id=export_id))


def download(client: Any, export_id: str, server: str = SERVER) -> tuple[Any, bytes]:
    """The answer, whose members are headers, and the file that it streams."""
    answer = client.download_server_logs(DownloadServerLogsRequest(id=server, export_id=export_id))
    pieces: list[bytes] = []
    answer.consume_download_stream(lambda response: pieces.extend(response.iter_content(65536)))
    return answer, b"".join(pieces)


def moment_of(created_at: datetime | str) -> datetime:
    return created_at if isinstance(created_at, datetime) else datetime.fromisoformat(created_at)


CALLS: dict[str, Callable[[Any], object]] = {
    "ExportServerLogs": export,
    "ShowLogsExportStatus": lambda client: show(client, "99"),
    "DownloadServerLogs": lambda client: download(client, "99"),
}


def test_an_export_lives_its_whole_life(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    started = client.export_server_logs(ExportServerLogsRequest(id=SERVER))
    assert (started.status_code, started.status, started.percentage) == (202, "processing", "0%")
    seen = []

    def look() -> str:
        export = show(client, started.export_id)
        assert (export.export_id, export.created_at) == (started.export_id, started.created_at)
        seen.append(int(export.percentage.removesuffix("%")))
        return str(export.status)

    assert mock.watch(look, "completed") == ["processing", "completed"]
    assert (seen, seen[0], seen[-1]) == (sorted(seen), 0, 100)
    answer, content = download(client, started.export_id)
    assert answer.content_disposition == f"attachment; filename={SERVER}-dump.tar.gz"
    assert answer.content_transfer_encoding == "binary"
    assert answer.content_type == "application/octet-stream;charset=UTF-8"
    assert open_tar(content)[1]


def test_the_archive_holds_the_log_of_the_server_up_to_the_export(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    export_id = export(client)
    mock.advance(10)
    created = moment_of(show(client, export_id).created_at)
    name, text = open_tar(download(client, export_id)[1])
    moments = [datetime.fromisoformat(line.split()[0]) for line in text.decode().splitlines()]
    assert name == f"{SERVER}-dump.log"
    assert len(moments) > 1
    assert created - timedelta(hours=1) <= min(moments) <= max(moments) <= created + timedelta(seconds=1)
    assert created == datetime.fromtimestamp(int(mock.now()) - 10, UTC)


def test_a_download_can_be_repeated(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    export_id = export(client)
    mock.advance(10)
    assert download(client, export_id)[1] == download(client, export_id)[1]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("server", "status", "code", "message"),
    [
        ("srv-9", 404, "iMetal.0100", "Physical servers ID not found: [srv-9]"),
        ("srv-2", 400, "iMetal.0101", "Physical servers state is not ready: [srv-2]"),
    ],
)
def test_a_server_that_is_missing_or_not_ready_is_refused(  # noqa: PLR0917
    mock: Mock, call: str, server: str, status: int, code: str, message: str
) -> None:
    client = connect(CloudDCClient, mock)
    calls: dict[str, Callable[[], object]] = {
        "ExportServerLogs": lambda: export(client, server),
        "ShowLogsExportStatus": lambda: show(client, "1", server),
        "DownloadServerLogs": lambda: download(client, "1", server),
    }
    assert refusal(mock, calls[call]) == (status, code, message)


@pytest.mark.parametrize("call", [show, download])
def test_an_unknown_export_is_not_found(mock: Mock, call: Callable[..., object]) -> None:
    client = connect(CloudDCClient, mock)
    assert refusal(mock, lambda: call(client, "99")) == (404, "iMetal.0120", "Log export ID not found: [99]")


@pytest.mark.parametrize("call", [show, download])
def test_an_export_belongs_to_its_server_and_to_its_account(mock: Mock, call: Callable[..., object]) -> None:
    mock.exist(API, "server", "srv-3")
    export_id = export(connect(CloudDCClient, mock))
    mock.advance(10)
    for client, server in ((connect(CloudDCClient, mock), "srv-3"), (connect(CloudDCClient, mock, SECOND), SERVER)):
        with pytest.raises(ClientRequestException) as raised:
            call(client, export_id, server)
        assert raised.value.error_code == "iMetal.0120"


def test_an_export_that_is_not_completed_has_no_file(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    export_id = export(client)
    assert refusal(mock, lambda: download(client, export_id)) == (
        400,
        "iMetal.0121",
        f"Log export is not completed: [{export_id}]",
    )


@pytest.mark.parametrize("call", CALLS)
def test_the_project_of_another_account_is_refused(mock: Mock, call: str) -> None:
    trespasser = Account(FIRST.key, FIRST.secret, SECOND.project)
    client = connect(CloudDCClient, mock, trespasser)
    assert refusal(mock, lambda: CALLS[call](client)) == (403, "iMetal.0004", "Insufficient permissions")


def test_the_201st_export_within_a_second_is_refused(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    for _ in range(200):
        export(client)
    assert refusal(mock, lambda: export(client)) == (
        429,
        "APIGW.0308",
        "The throttling threshold has been reached.",
    )
    mock.advance(1)
    assert export(client)


def test_of_a_throttled_get_the_sdk_loses_code_and_request_id(mock: Mock) -> None:
    client = connect(CloudDCClient, mock)
    export_id = export(client)
    mock.inject(API, "APIGW.0308", "ShowLogsExportStatus")
    with pytest.raises(ClientRequestException) as raised:
        show(client, export_id)
    error = raised.value
    assert (error.status_code, error.error_code, error.request_id) == (429, "429", "")


@pytest.mark.parametrize("call", CALLS)
def test_an_internal_error_is_raised_as_one_of_the_server(mock: Mock, call: str) -> None:
    mock.inject(API, "iMetal.0099", call)
    client = connect(CloudDCClient, mock)
    assert refusal(mock, lambda: CALLS[call](client)) == (500, "iMetal.0099", "Internal server error")
    assert len(mock.exchanges(api=API)) == 1
