"""Makes the pictures of the page anew: `python -m tests.mockserver.ui.pictures docs/images`, or `make pictures`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

from mockserver.accounts import FIRST, SECOND
from openapi.model import Action
from tests.chromium import chromium
from tests.mockserver.cloud import Cloud
from tests.mockserver.cloud import start as start_all
from tests.mockserver.control_plane import Control
from tests.mockserver.ui.served import Opened, Served, opened

SIZE = {"width": 1240, "height": 720}
SEED = 3
ROUNDS = 26  # in each of which a few clients create tasks
PAUSE = 23  # seconds between two rounds


def busy() -> Control:
    """A mock of all APIs that several clients have used for a while; some of them err."""
    cloud = start_all()
    chance = Random(SEED)
    for number in range(ROUNDS):
        for api, spec in cloud.engine.specs.items():
            creator = next((each.id for each in spec.operations.values() if each.action is Action.CREATE), "")
            if creator and chance.random() < 0.35:
                cloud.example(api, creator, chance.choice([FIRST, FIRST, SECOND]))
        if number % 9 == 4:
            break_last(cloud)
        cloud.clock.advance(PAUSE if number < ROUNDS - 4 else 2)
    return Control(cloud.app, cloud)


def break_last(cloud: Cloud) -> None:
    """Let the newest task fail."""
    newest = max(cloud.engine.inspection.tasks(), key=lambda task: float(task["created"]))
    cloud.engine.inspection.put_task(newest["id"], {"outcome": "failed"})


def sign_badly(cloud: Cloud) -> int:
    """Send a request whose host was signed with its port; answers the number of the exchange."""
    api, spec = next((name, spec) for name, spec in cloud.engine.specs.items() if spec.addressing is not None)
    listing = next(each.id for each in spec.operations.values() if each.action is Action.LIST)
    example = dict(cloud.operation(api, listing).example)
    request = cloud.make(api, listing, **example)
    host = request.headers["host"]
    signed = cloud.sign(replace(request, headers={**request.headers, "host": f"{host}:443"}), api, listing)
    cloud.send(replace(signed, headers={**signed.headers, "host": host}))
    return cloud.journal.number


def take(view: Opened, file: Path) -> None:
    view.evaluate("document.getElementById('version').remove()")  # which a checkout has none of
    view.page.screenshot(path=file, animations="disabled")
    print(f"{file}: {file.stat().st_size // 1000} kB")  # noqa: T201 - what the command says


def main(folder: Path) -> None:
    with Served(busy) as served, chromium() as browser:
        with opened(browser, served, viewport=SIZE, color_scheme="light") as view:
            running = view.page.locator(".item", has=view.page.locator(".badge.running")).nth(2)
            running.click()
            view.wait_for("aside:not([hidden]) .timeline")
            view.page.mouse.move(0, 0)
            take(view, folder / "ui-tasks.png")
        number = sign_badly(served.cloud)
        with opened(browser, served, f"requests/{number}", viewport=SIZE, color_scheme="dark") as view:
            view.wait_for(".diagnosis")
            take(view, folder / "ui-requests.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
