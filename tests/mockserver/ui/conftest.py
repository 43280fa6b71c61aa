"""A real browser, and a mock for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import browser
from tests.mockserver.ui.served import Opened, Served, opened

__all__ = ["browser"]


@pytest.fixture
def served() -> Iterator[Served]:
    with Served() as found:
        yield found


@pytest.fixture
def view(browser: Browser, served: Served) -> Iterator[Opened]:
    """The page of a mock of which nothing has been asked so far."""
    with opened(browser, served) as found:
        yield found
        assert found.said == []
        assert found.hosts == {f"127.0.0.1:{served.port}"}
