"""The request examples of the vendors' pages, and the answers printed beside them, as published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A request as its page prints it, and the answer printed beside it."""

    api: str
    scheme: str
    request: str
    status: int
    answer: str
    host: str = ""  # what stands for {endpoint}
    omitted: frozenset[str] = frozenset()  # members that the printed answer has and the mock's does not
    added: frozenset[str] = frozenset()  # the other way round
    retyped: frozenset[str] = frozenset()  # members of another type than the printed ones
    readings: tuple[str, ...] = ()  # that explain these differences


EXAMPLES = {
    # https://www.tencentcloud.com/document/product/614/42798
    "CreateExport": Example(
        api="tencent-cls",
        scheme="tc3-hmac-sha256",
        request="""\
POST / HTTP/1.1
Host: cls.intl.tencentcloudapi.com
Content-Type: application/json
X-TC-Action: CreateExport
<Common request parameters>

{
    "TopicId": "ee20bb16-3025-4048-b81a-dd436373062e",
    "Query": "status:200",
    "Count": 100,
    "Order": "desc",
    "Format": "json",
    "From": 1607499107000,
    "To": 1607499207000
}
""",
        status=200,
        answer="""\
{
    "Response": {
        "ExportId": "57196a6a-7622-47be-bc92-d2ebea959a0f",
        "RequestId": "6ef60bec-0242-43af-bb20-270359fb54a7"
    }
}
""",
    ),
    # https://cloud.baidu.com/doc/BLS/s/Cmhybgr2s-en
    "CreateDownloadTask": Example(
        api="baidu-bls",
        scheme="bce-auth-v1",
        request="""\
POST /v2/logstore/download HTTP/1.1
Host: bls-log.bj.baidubce.com
Authorization:bce-auth-v1/18717522d39411e9b721df098b0b908c/2019-09-10T07:00:20Z/1800/content-type;host;x-bce-date;x-bce-request-id/6a7cb6c9ac7ec156c805e55e7d0bcfc443b47feee97cf099c1c0d93a0b4c8304
Content-Type: application/json; charset=utf-8
{
"name": "test",
"project": "default",
"logStoreName": "test",
"logStreamName": "",
"query": "match *",
"format": "json",
"limit": 100,
"order": "desc",
"queryStartTime": "2024-11-04T06:00:00Z",
"queryEndTime": "2024-11-04T06:05:00Z",
"fileDir": "bls-test/test"
}
""",
        status=201,
        answer="""\
{
"code": "OK",
"success": true,
"result": {
"uuid": "96b92fe6-3f40-5fe8-3a7f-3fe168b38cc5"
}
}
""",
        added=frozenset({"message"}),  # the page's table of response parameters has it: empty for request success
        readings=("baidu-bls/sample-dates", "baidu-bls/create-status", "baidu-bls/success-code"),
    ),
    # https://support.huaweicloud.com/intl/en-us/api-clouddc/ExportServerLogs.html
    "ExportServerLogs": Example(
        api="huawei-clouddc",
        scheme="sdk-hmac-sha256",
        host="clouddc.cn-east-3.myhuaweicloud.com",
        request="""\
POST https://{endpoint}/v1/{project_id}/physicalservers/{id}/logs/exports
{ }
""",
        status=202,
        answer="""\
{
"export_id" : "1",
"status" : "Running",
"percentage" : "30%",
"created_at" : "2024-07-01T11:32:49Z"
}
""",
        readings=("huawei-clouddc/status-words", "huawei-clouddc/export-request-body"),
    ),
    # https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html
    "CreateExportTask": Example(
        api="huawei-iotda",
        scheme="sdk-hmac-sha256",
        host="iotda.cn-north-4.myhuaweicloud.com",
        request="""\
POST https://{endpoint}/v5/iot/{project_id}/export-tasks

{
  "resource_type" : "BatchTask",
  "resource_condition" : {
    "task_id" : "5f433ce0c24389024365fdfa"
  },
  "export_format" : "xls",
  "app_type" : "APP",
  "app_id" : "jeQDJQZltU8iKgFFoW060F5SGZka"
}
""",
        status=201,
        answer="""\
{
  "export_task_id" : "jeQDJQZltU8iKgFFoW060F5SGZka",
  "resource_type" : "BatchTask",
  "resource_condition" : {
    "task_id" : "32822e5744a45ede319d2c50"
  },
  "export_format" : "xls",
  "status" : "Processing",
  "export_count" : 10000,
  "progress" : "98,",
  "create_time" : "2020-08-12T12:12:12.333Z",
  "end_time" : "2020-08-12T12:12:12.333Z",
  "app_type" : "string",
  "app_id" : "string"
}
""",
        omitted=frozenset({"end_time"}),  # of a task in progress
        retyped=frozenset({"progress"}),
        readings=("huawei-iotda/example-answer", "huawei-iotda/progress-type", "huawei-iotda/id-form"),
    ),
    # https://support.huaweicloud.com/intl/en-us/api-workspace/ListExportTasks.html: "Example Requests None", so its URI
    "ListExportTasks": Example(
        api="huawei-workspace",
        scheme="sdk-hmac-sha256",
        host="workspace.cn-north-4.myhuaweicloud.com",
        request="GET /v2/{project_id}/export-tasks\n",
        status=200,
        answer="""\
{
  "export_tasks" : [ {
    "task_id" : "string",
    "file_name" : "string",
    "status" : "CREATING",
    "fail_reason" : "string",
    "error_code" : "string",
    "create_time" : "2022-03-28'T'00:00:00.000Z",
    "end_time" : "2022-03-28'T'00:00:00.000Z",
    "is_download" : true
  } ],
  "count" : 1
}
""",
        readings=("huawei-workspace/example-item", "huawei-workspace/task-times"),
    ),
}
