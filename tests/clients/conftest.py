"""A real process on a real socket, and an environment in which SDKs find nothing but what the tests give them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.control import Mock
from tests.clients.nodejs import NodeClients, absence
from tests.clients.process import serve

NO_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
# Set where an SDK looks for credentials, endpoints or regions on its own account.
OF_SDKS = re.compile(r"(TENCENTCLOUD|TCCLI|HUAWEICLOUD|BCE)_")

# The core package of one vendor writes a file below the home directory while it is imported.
_HOME = os.environ.get("HOME")
with tempfile.TemporaryDirectory() as scratch:
    os.environ["HOME"] = scratch
    try:
        import huaweicloudsdkcore.client  # noqa: F401
    finally:
        if _HOME is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = _HOME


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No proxy, no settings of SDKs, and a home directory that is empty; gives that directory."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        for name in [*NO_PROXIES, *filter(OF_SDKS.match, os.environ)]:
            environment.delenv(name, raising=False)
        environment.setenv("HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def running_mock(clean_environment: Path) -> Iterator[Mock]:
    """The one mock of all tests of this process."""
    with serve(clean_environment) as running:
        yield running


@pytest.fixture
def mock(running_mock: Mock) -> Mock:
    """The mock as it is at the start, standing still at the present moment."""
    running_mock.restart()
    return running_mock


@pytest.fixture(scope="session")
def node(clean_environment: Path) -> Iterator[NodeClients]:
    """Runs the Node.js SDKs; skips where they are not installed."""
    if reason := absence():
        pytest.skip(reason)
    with ExitStack() as processes:
        yield NodeClients(clean_environment / "node.log", processes)
