"""Fixtures for the tests of a client; none is used unless a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.client.control import Clock, Control, Faults
    from mockserver.hosting import Server
    from mockserver.inprocess import Mock
    from mockserver.testing.sent import Sent
    from mockserver.testing.server import CloudServer

MARK = "cloud"
SERVER = "cloud_server"
FAULTS = "faults"
CONFIG = "cloud_config"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what an ini file takes."""
    parser.addini(CONFIG, "The file of settings of all mocks of this run, beside this ini file: mockserver.yaml")


def pytest_configure(config: pytest.Config) -> None:
    """Say what the mark takes."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(*apis, clock='real', readings={{}}, faults=[], others='refuse', any_resource=False, seed=None, "
        "config='mockserver.yaml', accounts=[], resources=[], timetables={}): "
        "what the mock of this test serves and how; a fault is (api, code) or (api, code, operation, times)",
    )


@pytest.fixture
def cloud_mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """Calls of `requests` to the clouds' own hosts are answered in this process; starts empty with each test.

    Official SDKs that use `requests` need no setting: give them any credentials of `cloud_mock.accounts.all()`.
    """
    from mockserver.inprocess import mock

    apis, chosen, faults = _asked(request)
    with mock(*apis, **(_configured(request.config) | chosen)) as cloud:
        _arm(cloud, faults)
        yield cloud


@pytest.fixture(scope="session")
def _cloud_port(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The one server of this process, for all of its tests."""
    from mockserver.hosting import Server

    with Server(**_configured(request.config)) as server:
        yield server


@pytest.fixture
def cloud_server(request: pytest.FixtureRequest, _cloud_port: Server) -> Iterator[CloudServer]:
    """A mock on a real port, for clients in any language: `.url`, `.login`, `.env("api-name")`.

    Each test calls with an account of its own, so that tests that run side by side see nothing of each other.
    """
    from mockserver.hosting import Server
    from mockserver.testing.server import CloudServer

    apis, chosen, faults = _asked(request)
    if apis or chosen.keys() - {"clock"}:  # which the shared one does not serve
        chosen.pop("others", None)
        with Server(*apis, **(_configured(request.config) | chosen)) as server, CloudServer(server) as cloud:
            _arm(server, faults)
            yield cloud
        return
    with CloudServer(_cloud_port, chosen.get("clock", "")) as cloud:
        _arm(_cloud_port, faults)
        yield cloud


@pytest.fixture
def cloud_clock(request: pytest.FixtureRequest) -> Clock:
    """The clock of the test's mock, standing still: `advance(60)`, `next()`, `set(moment)`."""
    clock: Clock = _control(request).clock
    clock.freeze()
    return clock


@pytest.fixture
def cloud_faults(request: pytest.FixtureRequest) -> Faults:
    """Errors for the next calls: `add("api-name", "ErrorCode", operation="…", times=2)`."""
    faults: Faults = _control(request).faults
    return faults


@pytest.fixture
def cloud_requests(request: pytest.FixtureRequest) -> Sent:
    """What the client sent: `operations`, `of("CreateExport")`, `assert_sent("CreateExport", times=1, Count=100)`.

    And how it behaved: `assert_waited_as_told()`, `assert_stopped_looking()`, `assert_signed_anew()` and others.
    """
    from mockserver.testing.sent import Sent

    control = _control(request)
    return Sent(control.requests, control.client_report)


def _configured(config: pytest.Config) -> Any:
    """The file of settings that the ini file names."""
    named, beside = config.getini(CONFIG), config.inipath
    return {"config": beside.parent / named if beside else named} if named else {}


def _asked(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], dict[str, Any], list[tuple[Any, ...]]]:
    """The APIs, the choices and the faults of a test's marks; those nearest to the test win."""
    apis: tuple[str, ...] = ()
    chosen: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers(MARK))):
        apis, chosen = mark.args or apis, chosen | mark.kwargs
    faults = chosen.pop(FAULTS, [])
    if not all(isinstance(each, tuple | list) and 2 <= len(each) <= 4 for each in faults):  # noqa: PLR2004 - as below
        raise pytest.UsageError(f"{MARK}: a fault is (api, code), (api, code, operation) or with the times besides")
    return apis, chosen, [tuple(each) for each in faults]


def _arm(control: Control, faults: list[tuple[Any, ...]]) -> None:
    for api, code, *rest in faults:
        control.faults.add(api, code, **dict(zip(("operation", "times"), rest, strict=False)))


def _control(request: pytest.FixtureRequest) -> Any:
    """The mock that the test uses: the one on a port if it asks for that, else the one in this process."""
    return request.getfixturevalue(SERVER if SERVER in request.fixturenames else "cloud_mock")
