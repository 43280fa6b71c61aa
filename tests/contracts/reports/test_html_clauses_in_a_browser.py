"""The page in a real Chromium: what a clause unfolds, on any screen, whatever a server answered."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.contracts.reports.opened import PHONE, Opened, opened, write
from tests.contracts.reports.pages import API, BROKEN, REASON, UNSEEN, broken_page, entries, page_of, whole_page
from tests.contracts.reports.results import CURL, EXCHANGE, broken, entry, result

ALL = entries(API)
HOSTILE = "</script><img src=x onerror=alert(1)>"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_an_open_clause_shows_its_quote_page_verdict_and_what_was_expected_and_received(view: Opened) -> None:
    found = next(each for each in ALL if each["id"] == BROKEN)
    text = view.clause(BROKEN).inner_text()
    assert found["quote"] in text
    assert found["source"]["date"] in text
    link = view.clause(BROKEN).get_by_role("link", name=found["source"]["title"])
    assert link.get_attribute("href") == found["source"]["url"]
    for words in ("broken", "documented", "accepted: Count is 50000000", "InvalidParameter", found["pointer"], "gw"):
        assert words in text


def test_an_open_clause_stands_in_the_address(view: Opened) -> None:
    view.clause(BROKEN)
    assert view.state == {"clause": BROKEN}
    view.page.reload()
    view.page.locator(".clause[open] .detail").wait_for()
    assert view.page.locator(".clause[open] .path").inner_text() == BROKEN


def test_an_open_question_of_the_pages_is_told_with_its_answers(view: Opened) -> None:
    found = next(each for each in ALL if each["readings"])
    view.open(f"#clause={found['id']}")
    reading = view.page.locator(".clause[open] .reading").first
    assert found["readings"][0] in reading.inner_text()
    reading.locator("summary").click()
    assert "(taken here)" in reading.inner_text()


def test_bodies_in_json_are_laid_out(view: Opened) -> None:
    body = view.clause(BROKEN).locator(".exchange[open] pre.json").first.inner_text()
    assert '\n  "Count": 50000000,' in body or '\n  "Count": 50000000\n' in body


def test_the_curl_line_is_copied_as_it_is(view: Opened) -> None:
    found = next(each for each in ALL if each["id"] == BROKEN)
    shown = view.clause(BROKEN).locator(".exchange[open]")
    assert shown.locator(".curl").inner_text() == found["evidence"][-1]["curl"]
    shown.get_by_role("button", name="Copy").click()
    shown.get_by_text("Copied").wait_for()
    assert view.evaluate("navigator.clipboard.readText()") == found["evidence"][-1]["curl"]


def test_what_was_not_observed_unfolds_by_reason(view: Opened) -> None:
    view.page.locator("#unseen summary", has_text=REASON).click()
    view.page.locator("#unseen").get_by_role("link", name=UNSEEN).click()
    view.page.locator(".clause[open] .detail").wait_for()
    assert view.page.locator(".clause[open] .path").inner_text() == UNSEEN


def test_at_400_pixels_the_page_is_not_wider_than_the_screen(browser: Browser, folder: Path) -> None:
    file = write(folder, "broken", broken_page())
    with opened(browser, file, f"#clause={BROKEN}", viewport=PHONE) as view:
        view.page.locator(".clause[open] .detail").wait_for()
        assert view.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        cell = view.page.locator(".by-group").get_by_label(f"{API} CreateExport, requests: 1 broken", exact=False)
        cell.click()
        view.wait_until("location.hash.includes('kind=requests')")
        assert BROKEN in view.ids


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_colours_follow_the_reader_s_own(browser: Browser, folder: Path, scheme: str, is_dark: bool) -> None:  # noqa: FBT001
    with opened(browser, write(folder, "broken", broken_page()), color_scheme=scheme) as view:
        red, green, blue = view.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        assert (red + green + blue < 3 * 64) == is_dark


def test_paper_is_white_whatever_the_screen_is(browser: Browser, folder: Path) -> None:
    with opened(browser, write(folder, "broken", broken_page()), color_scheme="dark") as view:
        view.page.emulate_media(media="print", color_scheme="dark")
        assert view.evaluate("getComputedStyle(document.body).getPropertyValue('--panel')") == "#ffffff"
        assert not view.page.get_by_role("navigation").is_visible()


def test_hostile_words_stay_words(browser: Browser, folder: Path) -> None:
    answer = {"status": 200, "headers": {"x": HOSTILE}, "body": HOSTILE}
    source = {"title": HOSTILE, "url": "javascript:alert(1)", "date": ""}
    worded = dict.fromkeys(("reason", "received", "quote", "note", "value"), HOSTILE)
    found = broken(
        "CreateExport/x/maximum", **worded, source=source, evidence=[EXCHANGE | {"response": answer, "curl": HOSTILE}]
    )
    with opened(browser, write(folder, "hostile", page_of(result(found))), f"#clause={found['id']}") as view:
        text = view.page.locator(".clause[open] .detail").inner_text()
        assert text.count(HOSTILE) >= 7
        assert view.page.locator("img").count() == 0
        assert view.page.locator('a[href^="javascript:"]').count() == 0
        assert view.said == []


def test_a_failure_of_several_requests_is_copied_as_one(browser: Browser, folder: Path) -> None:
    exchanges = [EXCHANGE | {"curl": f"{CURL}{number}"} for number in range(4)]
    found = broken("CreateExport/x/maximum", evidence=exchanges, steps=3, found_by=f"{API}/CreateExport/conformance")
    file = write(folder, "steps", page_of(result(found)))
    with opened(browser, file, f"#clause={found['id']}", permissions=CLIPBOARD) as view:
        view.page.get_by_role("button", name="Copy all 3").click()
        view.page.get_by_text("Copied").wait_for()
        assert view.evaluate("navigator.clipboard.readText()") == f"{CURL}1\n{CURL}2\n{CURL}3"


def test_a_number_that_a_browser_cannot_hold_is_shown_as_it_came(browser: Browser, folder: Path) -> None:
    body = '{"id": 12345678901234567890, "id": 1}'
    found = entry("x", evidence=[EXCHANGE | {"response": {"status": 200, "headers": {}, "body": body}}])
    with opened(browser, write(folder, "number", page_of(result(found))), f"#clause={found['id']}") as view:
        assert body in view.page.locator(".clause[open] .detail").inner_text()


def test_all_clauses_of_all_apis_are_found_though_few_are_drawn_at_first(browser: Browser, folder: Path) -> None:
    with opened(browser, write(folder, "whole", whole_page())) as view:
        assert len(view.ids) <= 120
        total = int(view.shown.split()[0].replace(",", ""))
        view.page.get_by_label("Search").fill("conformance")
        assert 0 < int(view.shown.split()[0]) < total
        view.page.get_by_label("Search").fill("")
        view.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert len(view.ids) == total
        assert view.said == []
