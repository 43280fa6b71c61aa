"""The Python SDK of Tencent Cloud, pointed at the mock."""

from __future__ import annotations

from typing import Any

from tencentcloud.cls.v20201016 import models
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.clients.control import FIRST, Account, Mock

REGION = "ap-guangzhou"
TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
CLOSED_TOPIC = "c105ed00-3025-4048-b81a-dd436373062e"
MISSING_TOPIC = "00000000-3025-4048-b81a-dd436373062e"
UNKNOWN_EXPORT = "57196a6a-7622-47be-bc92-d2ebea959a0f"
FROM, TO = 1607499107000, 1607499207000
CREATION = {"TopicId": TOPIC, "Query": "status:200", "Count": 100, "From": FROM, "To": TO}
WAYS = [
    ("TC3-HMAC-SHA256", "POST"),
    ("TC3-HMAC-SHA256", "GET"),
    ("HmacSHA1", "POST"),
    ("HmacSHA1", "GET"),
    ("HmacSHA256", "POST"),
    ("HmacSHA256", "GET"),
]


def connect(
    mock: Mock, account: Account = FIRST, signature: str = "TC3-HMAC-SHA256", method: str = "POST", **profile: Any
) -> ClsClient:
    """A client of an account; `profile` are further settings of the SDK's ClientProfile."""
    http = HttpProfile(protocol="http", endpoint=mock.host, reqMethod=method)
    credential = Credential(account.key, account.secret, profile.pop("token", None))
    region = profile.pop("region", REGION)
    return ClsClient(credential, region, ClientProfile(signMethod=signature, httpProfile=http, **profile))


def create(client: ClsClient, **changes: Any) -> str:
    """The id of a new export; a parameter that is changed to None is left out."""
    request = models.CreateExportRequest()
    for name, value in (CREATION | changes).items():
        setattr(request, name, value)
    return str(client.CreateExport(request).ExportId)


def describe(client: ClsClient, **arguments: Any) -> models.DescribeExportsResponse:
    request = models.DescribeExportsRequest()
    for name, value in ({"TopicId": TOPIC} | arguments).items():
        setattr(request, name, value)
    return client.DescribeExports(request)


def delete(client: ClsClient, export_id: str | None) -> models.DeleteExportResponse:
    request = models.DeleteExportRequest()
    request.ExportId = export_id
    return client.DeleteExport(request)
