"""The Python SDKs of Huawei Cloud, pointed at the mock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdkcore.region.region import Region

from tests.clients.control import FIRST, Account, Mock

REQUEST_ID = re.compile(r"[0-9a-f]{32}")
FIRST_OF_ITS_STATUS = 500  # that the SDK raises as an error of the server


def credentials_of(account: Account) -> BasicCredentials:
    return BasicCredentials(account.key, account.secret, account.project or None)


def connect(kind: Any, mock: Mock, account: Account = FIRST) -> Any:
    """A client of an account that knows its project and the endpoint."""
    return kind.new_builder().with_credentials(credentials_of(account)).with_endpoint(mock.url).build()


def connect_to_region(kind: Any, mock: Mock, credentials: BasicCredentials, region: str = "cn-north-4") -> Any:
    """A client that asks IAM, before its first call, for the project that it was not told."""
    credentials.with_iam_endpoint(mock.url)
    return kind.new_builder().with_credentials(credentials).with_region(Region(region, mock.url)).build()


def refusal(mock: Mock, call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message of what the SDK raises; its request id is that of the answer."""
    with pytest.raises((ClientRequestException, ServerResponseException)) as raised:
        call()
    error = raised.value
    assert REQUEST_ID.fullmatch(error.request_id)
    assert error.request_id == mock.exchanges()[-1]["response"]["headers"]["x-request-id"]
    assert isinstance(error, ServerResponseException) == (error.status_code >= FIRST_OF_ITS_STATUS)
    return error.status_code, error.error_code, error.error_msg
