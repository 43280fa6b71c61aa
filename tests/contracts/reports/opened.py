"""A page of the report, opened in a browser: what a reader does with it, and what it does in the meantime."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Browser, Locator, Page

from tests.chromium import PATIENCE, Heard, visiting

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 400, "height": 800}


@dataclass
class Opened:
    """A page, with everything that it said and asked for since it was opened."""

    page: Page
    address: str
    heard: Heard

    def open(self, fragment: str = "") -> None:
        self.page.goto(f"{self.address}{fragment}")

    @property
    def said(self) -> list[str]:
        """What stands on the console."""
        return self.heard.said

    @property
    def asked(self) -> list[str]:
        """The addresses that were asked for."""
        return self.heard.asked

    @property
    def ids(self) -> list[str]:
        """The clauses in the list, as far as it reaches."""
        return self.page.locator(".clause .path").all_inner_texts()

    @property
    def shown(self) -> str:
        return self.page.locator("#shown").inner_text()

    @property
    def state(self) -> dict[str, str]:
        """What stands in the address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(unquote(self.page.url)).fragment).items()}

    @property
    def focused(self) -> str:
        """What has the focus, in words."""
        found: str = self.page.evaluate(
            "(({ ariaLabel, innerText, name }) => ariaLabel || innerText || name || '')(document.activeElement)"
        )
        return " ".join(found.split())

    def clause(self, name: str) -> Locator:
        """A clause of the list, opened."""
        found = self.page.locator(".clause", has=self.page.get_by_text(name.partition("/")[2], exact=True))
        if found.get_attribute("open") is None:
            found.locator("> summary").click()
        found.locator(".detail").wait_for()
        return found

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)

    def wait_until(self, condition: str) -> None:
        wait_until(self.page, condition)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def wait_until(page: Page, condition: str) -> None:
    """Waits for a condition in the page's own words.

    `Page.wait_for_function` cannot: it evaluates text again and again, and the page's policy lets it do so only once.
    """
    page.evaluate(
        f"""new Promise((done, fail) => {{
          const end = performance.now() + {PATIENCE};
          const late = () => fail(new Error("never came true"));
          const again = () => performance.now() > end ? late() : setTimeout(look, 20);
          const look = () => ({condition}) ? done() : again();
          look();
        }})"""
    )


def write(folder: Path, name: str, text: str) -> Path:
    """A file with a page, the same for the same name."""
    file = folder / f"{name}.html"
    if not file.exists():
        file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def opened(browser: Browser, file: Path, fragment: str = "", **options: Any) -> Iterator[Opened]:
    """The page in a file, opened in a browser of its own."""
    with visiting(browser, **{"viewport": DESKTOP, "offline": True, **options}) as (page, heard):
        found = Opened(page, file.as_uri(), heard)
        found.open(fragment)
        yield found
