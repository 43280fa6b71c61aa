"""The page in a real Chromium while it comes: no reader sees a half page that moves."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import visiting
from tests.contracts.reports.dripping import Dripping, cut, dripping
from tests.contracts.reports.opened import DESKTOP, PHONE, wait_until
from tests.contracts.reports.pages import BROKEN, broken_page

# Where half a page looks most unlike the whole: what stands there last in the text, and how it is found in the page.
HALVES = {
    '<div class="figures">': ".figures",
    '<th scope="colgroup"': ".by-kind thead td",
    '<th scope="col" ': '.by-kind th[scope="colgroup"]',
    "<tbody>": ".by-kind tbody",
    '<th scope="col">standing': ".totals thead",
    'role="list">': "#list",
}
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((each) => each.value)))
  .observe({ type: "layout-shift", buffered: true });
addEventListener("DOMContentLoaded", () => { window.isUnfolded = !!document.querySelector(".clause[open] .detail"); });
"""
# Long enough for a frame, if the browser draws one; a page that is right passes however long a frame takes.
PAUSE = "new Promise((done) => setTimeout(done, 100))"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.fixture
def server() -> Iterator[Dripping]:
    with dripping() as found:
        yield found


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with visiting(browser, viewport=request.param) as (found, _):
        found.add_init_script(WATCH)
        yield found


def come(page: Page, server: Dripping, text: str, fragment: str = "") -> Iterator[str]:
    """Opens the page piece by piece; tells what has come last."""
    *halves, rest = cut(text, list(HALVES))
    server.send(halves[0])
    page.goto(server.address + fragment, wait_until="commit")
    for number, selector in enumerate(HALVES.values()):
        if number:
            server.send(halves[number])
        wait_until(page, f"document.querySelector({selector!r})")
        yield selector
    server.send(rest)
    server.send("")
    page.wait_for_load_state()


@pytest.mark.parametrize("fragment", ["", f"#clause={BROKEN}"], ids=["whole", "a clause"])
def test_nothing_moves_while_the_page_comes(page: Page, server: Dripping, fragment: str) -> None:
    for _ in come(page, server, broken_page(), fragment):
        page.evaluate(PAUSE)
    page.evaluate(DRAWN)
    assert page.evaluate("shifts") == []


def test_columns_of_the_matrix_stand_where_they_will_before_its_rows_come(page: Page, server: Dripping) -> None:
    places: list[Any] = []
    for last in come(page, server, broken_page()):
        if last == ".by-kind tbody":
            places = columns(page)
    assert places == columns(page)
    assert len(places) > 40


def columns(page: Page) -> list[float]:
    """Where the columns of the matrix begin, in pixels."""
    found: list[float] = page.evaluate(
        "[...document.querySelectorAll('.by-kind th.kind')].map((each) => each.getBoundingClientRect().x)"
    )
    return found


def test_a_clause_in_the_address_is_unfolded_before_anything_is_seen(page: Page, server: Dripping) -> None:
    for _ in come(page, server, broken_page(), f"#clause={BROKEN}"):
        pass
    assert page.evaluate("isUnfolded")
