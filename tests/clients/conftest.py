"""A real process on a real socket, and an environment in which SDKs find nothing but what the tests give them."""

from __future__ import annotations

import gc
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.control import Mock
from tests.clients.nodejs import NodeClients, absence
from tests.clients.process import serve

FOLDER = Path(__file__).parent
# Proxies, and where SDKs and the mock look for settings on their own account.
SETTINGS = re.compile(r"(https?|all)_proxy$|(TENCENTCLOUD|TCCLI|HUAWEICLOUD|BCE|MOCKSERVER)_", re.IGNORECASE)

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test fails for connections that an SDK leaves open."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.filterwarnings(r"ignore:unclosed <(ssl\.SSLS|s)ocket:ResourceWarning"))


@pytest.fixture(scope="module", autouse=True)
def drop_connections() -> Iterator[None]:
    """Connections that are still open go with the module whose SDK left them, not in some later test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment without proxies and settings, and with an empty home directory."""
    kept = {name: value for name, value in os.environ.items() if not SETTINGS.match(name)}
    return {**kept, "HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture(autouse=True)
def clean_environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the Python SDKs find, which look into it while they run."""
    for name in os.environ.keys() - environment.keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", environment["HOME"])


@pytest.fixture(scope="session")
def running_mock(environment: dict[str, str]) -> Iterator[Mock]:
    """The one mock of all tests of this process."""
    with serve(environment) as running:
        yield running


@pytest.fixture
def mock(running_mock: Mock) -> Mock:
    """The mock as it is at the start, standing still at the present moment."""
    running_mock.restart()
    return running_mock


@pytest.fixture(scope="session")
def node(environment: dict[str, str]) -> Iterator[NodeClients]:
    """Runs the Node.js SDKs; skips where they are not installed."""
    if reason := absence():
        pytest.skip(reason)
    with ExitStack() as processes:
        yield NodeClients(environment, processes)
