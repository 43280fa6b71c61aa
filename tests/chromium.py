"""A real browser for tests: an installed Chromium, and a page in it, with all that it says and asks for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60_000  # milliseconds, for a machine that has much else to do; only what never comes takes them


def find_chromium() -> str:
    """The path of a Chromium; skips the tests where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium is installed: none of {', '.join(NAMES)} is there (Debian: apt-get install chromium)")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium, until it is not needed any more."""
    executable = find_chromium()
    with sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = started.chromium.launch(executable_path=executable, args=arguments, timeout=PATIENCE)
        try:
            yield found
        finally:
            found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module: its event loop must not outlive the tests that know of it."""
    with chromium() as found:
        yield found


@dataclass
class Heard:
    """What a page says and asks for."""

    said: list[str] = field(default_factory=list)  # on the console
    asked: list[str] = field(default_factory=list)  # addresses, without their fragments

    def dismiss(self, dialog: Dialog) -> None:
        """No dialog is ever expected."""
        self.said.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def visiting(browser: Browser, **options: Any) -> Iterator[tuple[Page, Heard]]:
    """An empty page in a session of its own, where nothing moves that need not, and what is heard of it."""
    context = browser.new_context(**{"reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE)
    page, heard = context.new_page(), Heard()
    page.on("console", lambda message: heard.said.append(message.text))
    page.on("pageerror", lambda error: heard.said.append(str(error)))
    page.on("request", lambda request: heard.asked.append(request.url.partition("#")[0]))
    page.on("dialog", heard.dismiss)
    try:
        yield page, heard
    finally:
        context.close()
