"""The page of the mock in a real Chromium: what a developer sees and does."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

from playwright.sync_api import Browser

from mockserver.task import Failure
from tests.mockserver.cloud import LONG_ENOUGH
from tests.mockserver.control_plane import API, start
from tests.mockserver.ui.served import TOPIC, Opened, Served, opened


def test_a_task_is_seen_living_through_its_states(view: Opened, served: Served) -> None:
    made = served.create()
    row = view.row(made)
    view.has(row, "starts in")
    row.click()
    panel = view.wait_for(".view:not([hidden]) aside:not([hidden])")
    view.has(panel, "0%")
    view.page.get_by_role("button", name="Next event").click()
    view.has(row, "ends in")
    served.ask("PUT", "/clock", {"action": "advance", "seconds": LONG_ENOUGH})
    view.has(row, "expires in")
    view.has(panel, "100%")
    with view.page.expect_download() as saved:
        panel.get_by_role("button", name="File").click()
    assert saved.value.suggested_filename == served.control.ask("GET", "/tasks").json["tasks"][0]["file"].split("/")[-1]
    panel.get_by_role("button", name="Delete").click()
    view.has(panel, "not there any more")
    row.wait_for(state="detached")


def test_a_request_appears_with_its_verdict_and_the_diagnosis_of_its_signature(view: Opened, served: Served) -> None:
    view.open("requests")
    view.has(view.page.locator(".empty"), "No requests")
    served.create()
    view.has(view.row("CreateExport"), "accepted")
    served.cloud.call(API, "DescribeExports", TopicId=TOPIC)
    bad = served.cloud.sign(served.cloud.make(API, "DeleteExport", ExportId="x"), API, "DeleteExport")
    headers = {**bad.headers, "authorization": bad.headers["authorization"][:-4] + "beef"}
    served.cloud.send(type(bad)(bad.method, bad.path, bad.query, headers, bad.body))
    refused = view.row("DeleteExport")
    view.has(refused, "SignatureFailure")
    refused.click()
    diagnosis = view.wait_for(".diagnosis")
    view.has(diagnosis, "Canonical request")
    view.page.get_by_label("Verdict").select_option("accepted")
    refused.wait_for(state="detached")
    assert view.row("accepted").count() == 2


def test_of_ten_thousand_tasks_only_those_in_sight_are_asked_for_and_drawn(browser: Browser, served: Served) -> None:
    served.fill(10_000)
    with opened(browser, served) as view:
        view.has(view.page.locator("[role=status]"), "10,000 tasks")
        view.has(view.row("task-09999"), "starts in")
        view.page.locator(".list").first.focus()
        view.press("End")
        view.row("task-00000").wait_for()
        view.press("Enter")
        view.has(view.wait_for(".view:not([hidden]) aside:not([hidden]) h2"), "task-00000")
        assert view.page.locator(".item").count() < 60
        asked = [each for each in view.asked if "/_mock/tasks?" in each]
        assert asked
        assert all(re.search(r"\blimit=(50|100)\b", each) for each in asked)
        view.page.get_by_role("searchbox", name="Search tasks").fill("task-04242")
        view.has(view.page.locator("[role=status]"), "1 task")
        assert view.said == []


def test_without_the_mock_the_page_says_so_and_recovers_when_it_is_back(browser: Browser, served: Served) -> None:
    old = served.create()
    with opened(browser, served) as view:
        view.row(old).wait_for()
        served.end()
        view.has(view.wait_for("#gone"), "The mock does not answer")
        served.begin()
        view.wait_until_live()
        view.page.locator("#gone").wait_for(state="hidden")
        view.has(view.page.locator(".empty").first, "No tasks")
        new = served.create()
        view.row(new).wait_for()


def test_a_reset_is_followed(view: Opened, served: Served) -> None:
    made = served.create()
    view.row(made).wait_for()
    served.ask("POST", "/reset")
    view.has(view.page.locator(".empty").first, "No tasks")
    view.press("2")
    view.has(view.page.locator("#view-requests .empty"), "No requests")


def test_what_a_client_sends_is_text_and_nothing_else(view: Opened, served: Served) -> None:
    hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    made = served.create(Query="*")
    task = next(iter(served.cloud.engine.store.all_tasks()))
    with served.cloud.engine.store.holdings(API, task.account) as holdings:
        holdings.replace(replace(task, arguments={"Query": hostile}, failure=Failure(hostile, hostile)))
    view.row(made).click()
    view.has(view.wait_for(".view:not([hidden]) aside:not([hidden]) pre"), "<img src=x onerror=")
    request = served.cloud.make(API, "DescribeExports", TopicId=hostile)
    headers = {**request.headers, "x-tc-action": hostile, "user-agent": hostile}
    served.cloud.send(type(request)("POST", f"/{hostile}", "", headers, request.body))
    view.open("requests")
    view.row("script").click()
    view.has(view.wait_for(".view:not([hidden]) aside:not([hidden])"), "onerror")
    assert view.page.locator("main img, main script").count() == 0


def test_the_token_is_asked_for_and_kept_until_the_tab_is_closed(browser: Browser) -> None:
    with Served(partial(start, control_token="open sesame")) as served, opened(browser, served, None) as view:
        view.page.goto(f"{served.url}/_mock/ui")
        dialog = view.page.get_by_role("dialog", name="Control token")
        dialog.get_by_label("Token").fill("guess")
        dialog.get_by_role("button", name="Enter").click()
        view.has(dialog, "not the one of this mock")
        dialog.get_by_label("Token").fill("open sesame")
        view.press("Enter")
        view.wait_until_live()
        made = served.create()
        view.row(made).wait_for()
        view.page.reload()
        view.row(made).wait_for()
        assert view.evaluate("Object.values(sessionStorage)") == ["open sesame"]
        assert view.evaluate("JSON.stringify(localStorage) + document.cookie") == "{}"
        assert not any("sesame" in each for each in view.asked)


def test_everything_is_reached_by_keys(view: Opened, served: Served) -> None:
    first, second = served.create(), served.create()
    view.row(second).wait_for()
    view.press("l", "ArrowDown", "ArrowDown", "Enter")
    view.has(view.wait_for(".view:not([hidden]) aside:not([hidden]) h2"), first)
    assert view.focused == first
    view.press("Escape")
    view.page.locator(".view:not([hidden]) aside:not([hidden])").wait_for(state="detached")
    assert view.focused == "Tasks, newest first"
    view.press("n")
    view.has(view.row(first), "ends in")
    view.press("/")
    assert view.focused == "Search tasks"
    view.press("Escape", "t")
    dialog = view.page.get_by_role("dialog", name="Clock of the mock")
    dialog.get_by_label("Times as fast as real time").fill("60")
    view.press("Enter")
    view.has(view.page.locator("#clock"), "\N{MULTIPLICATION SIGN}60")
    dialog.wait_for(state="detached")  # while it is there, keys are its own
    view.press("f")
    view.has(view.page.locator("#clock"), "frozen")
    view.press("?")
    view.page.get_by_role("dialog", name="Keyboard").wait_for()


def test_on_a_phone_nothing_is_wider_than_the_screen_and_dark_is_dark(browser: Browser, served: Served) -> None:
    made = served.create()
    served.control.ask("POST", "/faults", {"set": "flaky"})
    served.control.ask("POST", "/records", {"generate": {"count": 3, "seed": 1}})
    phone: dict[str, Any] = {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark", "has_touch": True}
    with opened(browser, served, **phone) as view:
        view.row(made).wait_for()
        names = view.page.locator("#nav a").evaluate_all("all => all.map((each) => each.hash.slice(1))")
        assert len(names) > 1
        for name in names:
            view.page.locator(f"#nav a[href='#{name}']").click()
            view.wait_for(f"#view-{name}")
            assert view.evaluate("document.documentElement.scrollWidth") <= 400
        view.open(f"tasks/{made}")
        panel = view.wait_for(".view:not([hidden]) aside:not([hidden])")
        assert view.evaluate("getComputedStyle(document.querySelector('.fill')).transitionDuration") == "0s"
        assert panel.bounding_box() == {"x": 0, "y": 0, "width": 400, "height": 800}
        ground = view.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 64
