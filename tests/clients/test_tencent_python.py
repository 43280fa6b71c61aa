"""tencentcloud-sdk-python-cls through whole lives of exports."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tests.clients.control import FIRST, SECOND, TEMPORARY, Mock
from tests.clients.exported import open_tar, read_csv, read_json_lines
from tests.clients.tencent import FROM, TO, TOPIC, WAYS, connect, create, delete, describe


def code_of(answer: requests.Response) -> str:
    """The error code of object storage, which speaks XML."""
    assert answer.headers["content-type"] == "application/xml"
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def finish(mock: Mock, client: ClsClient, **arguments: Any) -> tuple[Any, bytes]:
    """A new export when it is done, as the SDK describes it, and its file."""
    create(client, **arguments)
    mock.advance(10)
    (export,) = describe(client).Exports
    return export, mock.download(export.CosPath).content


@pytest.mark.parametrize(("signature", "method"), WAYS)
def test_an_export_lives_its_whole_life_however_the_requests_are_signed_and_sent(
    mock: Mock, signature: str, method: str
) -> None:
    client = connect(mock, signature=signature, method=method)
    export_id = create(client)

    assert mock.watch(lambda: str(describe(client).Exports[0].Status), "Completed") == [
        "Queuing",
        "Processing",
        "Completed",
    ]
    (export,) = describe(client).Exports
    assert export.ExportId == export_id
    file = mock.download(export.CosPath)
    assert (file.status_code, len(file.content)) == (200, export.FileSize)
    assert open_tar(file.content)[1]

    assert delete(client, export_id).RequestId == mock.last_answer()["Response"]["RequestId"]
    assert describe(client).TotalCount == 0
    with pytest.raises(TencentCloudSDKException) as raised:
        delete(client, export_id)
    assert raised.value.get_code() == "ResourceNotFound.ExportNotExist"


def test_a_description_repeats_what_the_export_was_created_with(mock: Mock) -> None:
    client = connect(mock)
    asked = {"Query": "method:GET", "Count": 7, "Order": "asc", "Format": "csv", "SyntaxRule": 1}
    create(client, **asked)
    (export,) = describe(client).Exports
    assert {name: getattr(export, name) for name in asked} == asked
    assert (export.TopicId, export.From, export.To) == (TOPIC, FROM, TO)
    assert (export.FileName, export.FileSize, export.CosPath) == ("", 0, "")
    assert export.CreateTimestamp == pytest.approx(mock.now() * 1000, abs=1)


def test_json_comes_newest_first_out_of_the_window_and_the_query_alone(mock: Mock) -> None:
    export, content = finish(mock, connect(mock))
    name, lines = open_tar(content)
    rows = read_json_lines(lines)
    moments = [row["__TIMESTAMP__"] for row in rows]
    assert name == f"export-{export.ExportId}.json"
    assert len(moments) > 1
    assert moments == sorted(moments, reverse=True)
    assert FROM <= min(moments) <= max(moments) <= TO
    assert {row["status"] for row in rows} == {200}


def test_csv_comes_oldest_first_and_ends_at_the_count(mock: Mock) -> None:
    _, content = finish(mock, connect(mock), Format="csv", Order="asc", Count=5, Query="*")
    name, text = open_tar(content)
    rows = read_csv(text)
    moments = [int(row["__TIMESTAMP__"]) for row in rows]
    assert name.endswith(".csv")
    assert len(rows) == 5
    assert moments == sorted(moments)
    assert {"remote_addr", "method", "url", "status", "__SOURCE__"} <= rows[0].keys()


def test_derived_fields_are_the_columns_of_the_file(mock: Mock) -> None:
    _, content = finish(mock, connect(mock), Format="csv", DerivedFields=["method", "status"])
    assert [*read_csv(open_tar(content)[1])[0]] == ["method", "status"]


def test_the_file_name_tells_the_topic_the_day_and_the_export(mock: Mock) -> None:
    export, _ = finish(mock, connect(mock))
    assert export.FileName.startswith("log_100000000001_" + TOPIC)
    assert export.FileName.endswith(".tar.gz")
    assert export.ExportId in export.FileName
    assert export.FileName in export.CosPath


def test_exports_are_listed_newest_first_a_page_at_a_time(mock: Mock) -> None:
    client = connect(mock)
    created = []
    for _ in range(5):
        created.append(create(client))
        mock.advance(1)
    page = describe(client, Offset=1, Limit=3)
    assert page.TotalCount == 5
    assert [export.ExportId for export in page.Exports] == created[::-1][1:4]


def test_exports_of_another_topic_are_not_listed(mock: Mock) -> None:
    other = "0ea90000-3025-4048-b81a-dd436373062e"
    mock.exist("tencent-cls", "topic", other)
    client = connect(mock)
    create(client)
    assert describe(client, TopicId=other).TotalCount == 0


def test_an_account_neither_sees_nor_deletes_the_export_of_another(mock: Mock) -> None:
    export_id = create(connect(mock))
    stranger = connect(mock, SECOND)
    assert describe(stranger).TotalCount == 0
    with pytest.raises(TencentCloudSDKException) as raised:
        delete(stranger, export_id)
    assert raised.value.get_code() == "ResourceNotFound.ExportNotExist"
    assert describe(connect(mock)).TotalCount == 1


@pytest.mark.parametrize(("signature", "method"), WAYS)
def test_temporary_credentials_are_those_of_their_account(mock: Mock, signature: str, method: str) -> None:
    export_id = create(connect(mock, TEMPORARY, signature, method, token=TEMPORARY.token))
    assert describe(connect(mock, FIRST)).Exports[0].ExportId == export_id


@pytest.mark.parametrize(("signature", "method"), WAYS)
def test_lists_and_odd_characters_survive_every_way_of_sending(mock: Mock, signature: str, method: str) -> None:
    asked = {"Query": 'url:"/a b&c=d+é%日本" OR NOT status:200', "DerivedFields": ["__timestamp__", "status"]}
    client = connect(mock, signature=signature, method=method)
    create(client, **asked)
    (export,) = describe(client).Exports
    assert {name: getattr(export, name) for name in asked} == asked


def test_an_export_can_be_started_without_a_region_and_in_chinese(mock: Mock) -> None:
    assert create(connect(mock, region="", language="zh-CN"))


def test_an_unsigned_payload_is_accepted(mock: Mock) -> None:
    client = connect(mock)
    client.profile.unsignedPayload = True
    create(client)
    assert describe(client).TotalCount == 1


def test_an_export_that_fails_has_no_file(mock: Mock) -> None:
    mock.inject("tencent-cls", "task-fails", "CreateExport")
    client = connect(mock)
    create(client)
    mock.advance(10)
    (export,) = describe(client).Exports
    assert (export.Status, export.CosPath, export.FileSize) == ("Failed", "", 0)


def test_an_expired_export_stays_in_the_list_and_loses_its_file(mock: Mock) -> None:
    client = connect(mock)
    export, _ = finish(mock, client)
    mock.change_task(export.ExportId, expired=True)
    gone = mock.download(export.CosPath)
    (expired,) = describe(client).Exports
    assert (expired.Status, expired.CosPath) == ("Expired", "")
    assert (gone.status_code, code_of(gone)) == (404, "NoSuchKey")


def test_exports_expire_after_three_days(mock: Mock) -> None:
    client = connect(mock)
    finish(mock, client)
    mock.advance(3 * 86400 - 1)
    (before,) = mock.tasks("tencent-cls")
    mock.advance(1)
    (after,) = mock.tasks("tencent-cls")
    assert (before["phase"], after["phase"]) == ("succeeded", "expired")


def test_a_link_is_signed_anew_by_every_description_and_good_for_an_hour(mock: Mock) -> None:
    client = connect(mock)
    export, content = finish(mock, client)
    mock.advance(60)
    (again,) = describe(client).Exports
    mock.advance(3600 - 60 - 1)  # links are signed at whole seconds
    assert mock.download(export.CosPath).content == content
    mock.advance(2)
    late = mock.download(export.CosPath)
    assert (late.status_code, code_of(late)) == (403, "RequestTimeTooSkewed")
    assert mock.download(again.CosPath).content == content


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda link: link[:-8] + "0" * 8, "SignatureDoesNotMatch"),
        (lambda link: link.replace("q-ak=AKIDEXAMPLE", "q-ak=AKIDNOBODY"), "InvalidAccessKeyId"),
        (lambda link: link.partition("?")[0], "AccessDenied"),
    ],
    ids=["forged", "of an unknown key", "unsigned"],
)
def test_a_link_that_was_tampered_with_leads_nowhere(mock: Mock, change: Any, code: str) -> None:
    export, _ = finish(mock, connect(mock))
    refused = mock.download(change(export.CosPath))
    assert (refused.status_code, code_of(refused)) == (403, code)


def test_the_link_of_a_deleted_export_leads_nowhere(mock: Mock) -> None:
    client = connect(mock)
    export, _ = finish(mock, client)
    delete(client, export.ExportId)
    gone = mock.download(export.CosPath)
    assert (gone.status_code, code_of(gone)) == (404, "NoSuchKey")
