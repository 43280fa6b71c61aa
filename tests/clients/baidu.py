"""The Python SDK of Baidu AI Cloud, pointed at the mock.

Its BLS client knows log records only; the download tasks are asked for with the client's own request method.
"""

from __future__ import annotations

import json
from typing import Any

from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.retry.retry_policy import NoRetryPolicy
from baidubce.services.bls.bls_client import BlsClient

from tests.clients.control import FIRST, Account, Mock

UNKNOWN_TASK = "cfa6a654-06e9-66ca-3e24-71b1764d0455"
START, END = "2024-11-04T06:00:00Z", "2024-11-04T06:05:00Z"
CREATION = {"logStoreName": "test", "queryStartTime": START, "queryEndTime": END}


def connect(mock: Mock, account: Account = FIRST, retry: Any = None) -> BlsClient:
    """A client of an account, which retries nothing unless told how."""
    return BlsClient(
        BceClientConfiguration(
            credentials=BceCredentials(account.key, account.secret),
            endpoint=mock.url,
            retry_policy=retry or NoRetryPolicy(),
        )
    )


def send(client: BlsClient, method: str, path: str, body: Any = None, **options: Any) -> Any:
    """What the SDK makes of the answer; `body` is sent as JSON, or as it is when it is text."""
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return client._send_request(
        method.encode(), b"/download" + path.encode(), body=text, **({"version": b"/v2"} | options)
    )


def create(client: BlsClient, **changes: Any) -> str:
    """The uuid of a new task; a member that is changed to None is left out."""
    body = {name: value for name, value in (CREATION | changes).items() if value is not None}
    return str(send(client, "POST", "", body).result.uuid)


def show(client: BlsClient, uuid: str) -> Any:
    return send(client, "GET", f"/{uuid}").result.task


def ask_link(client: BlsClient, uuid: str) -> Any:
    return send(client, "GET", f"/link/{uuid}").result


def list_tasks(client: BlsClient, **body: Any) -> Any:
    return send(client, "POST", "/list", body).result


def delete(client: BlsClient, uuid: str) -> Any:
    return send(client, "DELETE", f"/{uuid}")
