"""A real browser, without a network, for the tests of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import browser
from tests.contracts.reports.opened import Opened, opened, write
from tests.contracts.reports.pages import broken_page

__all__ = ["browser"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def shared(browser: Browser, folder: Path) -> Iterator[Opened]:
    file = write(folder, "broken", broken_page())
    with opened(browser, file, permissions=["clipboard-read", "clipboard-write"]) as found:
        yield found


@pytest.fixture
def view(shared: Opened) -> Opened:
    """The page of the broken run, as it is when it has just been opened."""
    shared.page.goto("about:blank")
    shared.said.clear()
    shared.asked.clear()
    shared.open()
    return shared
