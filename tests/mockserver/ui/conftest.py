"""A real browser, and a mock for each test."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.contracts.reports.conftest import find_chromium
from tests.mockserver.ui.served import Opened, Served, opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module: its event loop must not outlive the tests that know of it."""
    executable = find_chromium()
    with sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = started.chromium.launch(executable_path=executable, args=arguments)
        yield found
        found.close()


@pytest.fixture
def served() -> Iterator[Served]:
    found = Served()
    yield found
    found.end()


@pytest.fixture
def view(browser: Browser, served: Served) -> Iterator[Opened]:
    """The page of a mock of which nothing has been asked so far."""
    with opened(browser, served) as found:
        yield found
        assert found.said == []
        assert found.hosts == {f"127.0.0.1:{served.port}"}
