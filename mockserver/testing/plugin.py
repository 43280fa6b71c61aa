"""Fixtures for the tests of a client; none is used unless a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.client.troubles import Clock, Faults
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
        "what the mock of this test serves and how; a fault is the name of a ready-made set, "
        "(api, code), (api, code, operation, times), or a mapping as in docs/faults.md",
    )


@pytest.fixture
def cloud_mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """Calls of `requests` to the clouds' own hosts are answered in this process; starts empty with each test.

    Official SDKs that use `requests` need no setting: give them any credentials of `cloud_mock.accounts.all()`.
    """
    from mockserver.inprocess import mock

    apis, chosen, faults = _asked(request)
    with _told(), mock(*apis, **(_configured(request.config) | chosen)) as cloud:
        _arm(cloud.faults, faults)
        yield cloud


@pytest.fixture(scope="session")
def _cloud_port(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The one server of this process, for all of its tests."""
    from mockserver.hosting import Server

    with _told(), Server(**_configured(request.config)) as server:
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
        settings = _configured(request.config) | chosen
        with _told(), Server(*apis, **settings) as server, CloudServer(server) as cloud:
            _arm(cloud.faults, faults)
            yield cloud
        return
    with CloudServer(_cloud_port, chosen.get("clock", "")) as cloud:
        _arm(cloud.faults, faults)
        yield cloud


@pytest.fixture
def cloud_clock(request: pytest.FixtureRequest) -> Clock:
    """The clock of the test's mock, standing still: `advance(60)`, `next()`, `set(moment)`.

    On a server that tests share it is that of the test's own account.
    """
    clock: Clock = _control(request).clock
    clock.freeze()
    return clock


@pytest.fixture
def cloud_faults(request: pytest.FixtureRequest) -> Faults:
    """What goes wrong for this test: `add("api-name", "ErrorCode", times=2)`, `add(effect="reset")`, `use("flaky")`."""
    faults: Faults = _control(request).faults
    return faults


@pytest.fixture
def cloud_requests(request: pytest.FixtureRequest) -> Sent:
    """What the client sent: `operations`, `of("CreateExport")`, `assert_sent("CreateExport", times=1, Count=100)`.

    And how it behaved: `assert_waited_as_told()`, `assert_stopped_looking()`, `assert_signed_anew()` and others.
    """
    from mockserver.testing.sent import Sent

    control = _control(request)
    return Sent(control.requests, control.client_report, control.operations)


def _configured(config: pytest.Config) -> Any:
    """The file of settings that the ini file names."""
    named, beside = config.getini(CONFIG), config.inipath
    return {"config": beside.parent / named if beside else named} if named else {}


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with settings, in one line."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None  # or pytest would show both


def _asked(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], dict[str, Any], list[dict[str, Any]]]:
    """The APIs, the choices and the faults of a test's marks; those nearest to the test win."""
    apis: tuple[str, ...] = ()
    chosen: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers(MARK))):
        apis, chosen = mark.args or apis, chosen | mark.kwargs
    from mockserver.faults.spelling import spelled

    faults = chosen.pop(FAULTS, [])
    try:
        return apis, chosen, [spelled(each) for each in faults]
    except ValueError as error:
        raise pytest.UsageError(f"{MARK}: {error}") from error


def _arm(faults: Faults, wanted: list[dict[str, Any]]) -> None:
    for each in wanted:
        faults.set(each)


def _control(request: pytest.FixtureRequest) -> Any:
    """The mock that the test uses: the one on a port if it asks for that, else the one in this process."""
    return request.getfixturevalue(SERVER if SERVER in request.fixturenames else "cloud_mock")
