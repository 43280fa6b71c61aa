"""The page in a real Chromium where answers are late or lost: what it shows in the end is true all the same."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

import requests
from playwright.sync_api import Browser, Page, Route

from tests.chromium import PATIENCE
from tests.mockserver.cloud import START
from tests.mockserver.ui.served import Opened, Served, opened

CLOCK = "**/_mock/clock"
STEP = 60  # seconds


@dataclass
class Holding:
    """Holds back the first request to an address, and lets all others pass."""

    page: Page
    address: str
    held: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route(self.address, self._take)

    @property
    def first(self) -> Route:
        """The request that is held back, once it has come."""
        end = monotonic() + PATIENCE / 1000
        while not self.held and monotonic() < end:
            self.page.wait_for_timeout(10)
        return self.held[0]

    def _take(self, route: Route) -> None:
        if self.held:
            route.continue_()
        else:
            self.held.append(route)


def test_until_the_page_hears_keys_it_says_that_it_is_connecting(browser: Browser, served: Served) -> None:
    with opened(browser, served, None) as view:
        holding = Holding(view.page, CLOCK)
        view.page.goto(f"{served.url}/_mock/ui")
        first = holding.first
        view.has(view.page.locator("#live"), "Connecting")
        assert view.page.get_by_role("button", name="Reset").is_disabled()
        assert view.page.locator('#live[data-state="live"]').count() == 0
        first.continue_()
        view.wait_until_live()
        view.press("t")
        view.page.get_by_role("dialog", name="Clock of the mock").wait_for()


def test_what_changes_before_the_page_is_told_of_changes_is_seen(browser: Browser, served: Served) -> None:
    with opened(browser, served, None) as view:
        holding = Holding(view.page, "**/_mock/events*")
        view.page.goto(f"{served.url}/_mock/ui#faults")
        first = holding.first
        view.has(view.page.locator("#view-faults"), "Nothing goes wrong on purpose")
        served.ask("POST", "/faults", {"effect": "reset"})
        served.ask("PUT", "/clock", {"action": "advance", "seconds": STEP})
        first.continue_()
        view.has(view.page.get_by_role("region", name="Faults that are set"), "reset")
        view.has(view.page.locator("#clock"), shown(START + STEP))


def test_an_answer_that_comes_late_does_not_stay(view: Opened, served: Served) -> None:
    holding = Holding(view.page, CLOCK)
    served.ask("PUT", "/clock", {"action": "advance", "seconds": STEP})
    first = holding.first
    old = served.ask("GET", "/clock")
    with view.page.expect_response("**/_mock/tasks?*"):
        served.ask("PUT", "/clock", {"action": "advance", "seconds": STEP})
    with view.page.expect_response(lambda answer: answer.request == first.request):
        first.fulfill(json=old)
    view.evaluate("new Promise((done) => setTimeout(done))")
    view.has(view.page.locator("#clock"), shown(START + 2 * STEP))


def test_a_question_that_nobody_answers_is_asked_again(browser: Browser, served: Served) -> None:
    with opened(browser, served) as view:
        holding = Holding(view.page, "**/_mock/tasks?*")
        served.fill(1)
        view.press("1")
        holding.first.abort()
        view.row("task-00000").wait_for()


def test_exchanges_that_are_told_before_the_reset_that_preceded_them_stay(browser: Browser, served: Served) -> None:
    served.create()
    with opened(browser, served, None) as view:
        holding = Holding(view.page, "**/_mock/events*")
        view.page.goto(f"{served.url}/_mock/ui#requests")
        events = told(served, 2)
        change = ["event: change", events[-3], 'data: {"what": "reset"}', ""]
        holding.first.fulfill(body="\n".join([*events, *change, ""]), content_type="text/event-stream")
        view.wait_until_live()
        view.row("CreateExport").wait_for()


def told(served: Served, events: int) -> list[str]:
    """The first lines of what whoever follows the mock is told; each event has a name, a position and data."""
    found: list[str] = []
    with requests.get(f"{served.url}/_mock/events", {"backlog": 9}, stream=True, timeout=60) as answer:
        for line in answer.iter_lines(decode_unicode=True):
            found.append(line)
            if found.count("") > events:
                break
    return found


def test_whoever_asks_during_a_look_gets_the_next_one_and_all_others_share_it(view: Opened) -> None:
    looks = view.evaluate("""(async () => {
      const { inTurn } = await import("/_mock/ui/watched.js");
      const [looks, ends] = [[], []];
      const look = inTurn(() => new Promise((done, fail) => looks.push("begun") && ends.push([done, fail])));
      const asked = [look(), look(), look()];
      const before = looks.length;
      ends[0][1]("the first one fails");
      const first = await asked[0].catch((said) => said);
      for (let turns = 0; turns < 100 && ends.length < 2; turns++) await null;
      for (const [done] of ends) done("the second one");
      return [before, first, await asked[1], await asked[2], looks.length];
    })()""")
    assert looks == [1, "the first one fails", "the second one", "the second one", 2]


def shown(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M:%S}"
