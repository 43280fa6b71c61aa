"""A real browser, without a network, for the tests of the page."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.contracts.reports.opened import Opened, opened, write
from tests.contracts.reports.pages import broken_page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """The path of a Chromium; skips the tests where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium is installed: none of {', '.join(NAMES)} is there (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module: its event loop must not outlive the tests that know of it."""
    executable = find_chromium()
    with sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = started.chromium.launch(executable_path=executable, args=arguments)
        yield found
        found.close()


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
