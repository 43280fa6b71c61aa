"""Do the official SDKs work unmodified inside `mockserver.mock`, with their own default endpoints?"""

from __future__ import annotations

import pytest
import requests
from huaweicloudsdkclouddc.v1 import CloudDCClient, ExportServerLogsRequest
from huaweicloudsdkclouddc.v1.region.clouddc_region import CloudDCRegion
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkiotda.v5 import IoTDAClient
from huaweicloudsdkworkspace.v2 import ListExportTasksRequest, WorkspaceClient
from huaweicloudsdkworkspace.v2.region.workspace_region import WorkspaceRegion
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

import mockserver
from tests.clients import iotda, tencent
from tests.clients.control import FIRST
from tests.clients.exported import open_zip, read_xls


def connect_to_tencent(secret: str = FIRST.secret, region: str = tencent.REGION) -> ClsClient:
    return ClsClient(Credential(FIRST.key, secret), region)


@pytest.mark.parametrize("region", ["ap-guangzhou", "ap-hongkong", "eu-frankfurt"])
def test_the_tencent_sdk_exports_and_downloads_in_every_region(region: str) -> None:
    with mockserver.mock("tencent-cls", clock="manual") as cloud:
        client = connect_to_tencent(region=region)
        export = tencent.create(client, Format="csv")
        assert tencent.describe(client).Exports[0].Status == "Queuing"
        cloud.clock.advance(60)
        found = tencent.describe(client).Exports[0]
        assert (found.ExportId, found.Status) == (export, "Completed")
        answer = requests.get(found.CosPath, timeout=5)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/gzip"


def test_nothing_that_the_official_sdks_send_is_read_by_nobody() -> None:
    with mockserver.mock() as cloud:
        tencent.describe(connect_to_tencent())
        cloud.client("huawei-workspace").list_export_tasks(ListExportTasksRequest())
        assert [(each["operation"], each["unread"]) for each in cloud.requests()] == [
            ("DescribeExports", []),
            ("ListExportTasks", []),
        ]


def test_the_tencent_sdk_is_refused_as_by_the_cloud() -> None:
    with mockserver.mock("tencent-cls"), pytest.raises(TencentCloudSDKException) as raised:
        tencent.create(connect_to_tencent(secret="GUESSED"))
    assert raised.value.code == "AuthFailure.SignatureFailure"


@pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")  # the SDK's own
def test_the_huawei_sdk_asks_iam_for_its_project_and_exports() -> None:
    with mockserver.mock("huawei-clouddc") as cloud:
        credentials = BasicCredentials(FIRST.key, FIRST.secret)
        client = (
            CloudDCClient.new_builder()
            .with_credentials(credentials)
            .with_region(CloudDCRegion.value_of("cn-east-3"))
            .build()
        )
        assert client.export_server_logs(ExportServerLogsRequest(id="srv-1")).export_id
        assert [each["operation"] for each in cloud.requests()] == ["KeystoneListProjects", "ExportServerLogs"]


def test_the_huawei_sdks_of_two_apis_share_one_mock() -> None:
    with mockserver.mock("huawei-iotda", "huawei-workspace") as cloud:
        credentials = BasicCredentials(FIRST.key, FIRST.secret, FIRST.project)
        things = (
            IoTDAClient.new_builder()
            .with_credentials(credentials)
            .with_endpoint("https://iotda.cn-north-4.myhuaweicloud.com")
            .build()
        )
        desks = (
            WorkspaceClient.new_builder()
            .with_credentials(credentials)
            .with_region(WorkspaceRegion.value_of("cn-north-4"))
            .build()
        )
        iotda.create(things)
        assert desks.list_export_tasks(ListExportTasksRequest()).status_code == 200
        assert [task["api"] for task in cloud.tasks()] == ["huawei-iotda"]


def test_a_file_arrives_whole_and_is_what_the_task_says() -> None:
    with mockserver.mock("huawei-iotda", clock="manual") as cloud:
        client = (
            IoTDAClient.new_builder()
            .with_credentials(BasicCredentials(FIRST.key, FIRST.secret, FIRST.project))
            .with_endpoint("https://iotda.cn-north-4.myhuaweicloud.com")
            .build()
        )
        task = iotda.create(client)
        cloud.clock.advance(60)
        content = iotda.download(client, task)
    _, workbook = open_zip(content)
    assert len(read_xls(workbook)[1]) > 0
