"""The views that pages and machines read: pages of tasks, gauges, metrics, events, files, specs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mockserver.control import pages
from mockserver.control.bodies import Unusable
from mockserver.control.signing import Draft, sign
from mockserver.control.view import Answer, Content, View, missing
from mockserver.feed import Position
from mockserver.gauges import Gauges
from mockserver.inspection import Wanted
from mockserver.journal import Filter
from openapi.model import Spec

NUMBER = re.compile(r"[0-9]{1,15}")  # of an exchange


@dataclass(frozen=True, slots=True)
class Panels(View):
    """One method for each of these paths. Raises Unusable."""

    def show_page(self) -> Answer:
        """The page for a browser."""
        return self.show_part()

    def show_part(self) -> Answer:
        """A file of the page for a browser."""
        found = pages.page(self.asked.id)
        return missing(f"the page has no file {self.asked.id!r}") if found is None else Answer(found)

    def follow(self) -> Answer:
        """What happens, as Server-Sent Events: after a position, or from now on, the last exchanges first."""
        given, feed = self._wanted(), self.controls.feed
        at = Position.read(given["after"]) if "after" in given else feed.start(int(given.get("backlog", 0)))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Answer(Content("text/event-stream", self.controls.streams.follow(at), headers))

    def list_tasks(self) -> Answer:
        """The tasks of all accounts, or those that the query asks for; with a limit, how many there are besides."""
        given = self._wanted()
        numbers: dict[str, Any] = {name: int(given.pop(name)) for name in ("offset", "limit") if name in given}
        found = self.controls.engine.inspection.page(Wanted(**given, **numbers))
        return Answer(found if "limit" in numbers else {"tasks": found["tasks"]})

    def show_request(self) -> Answer:
        """One exchange, by its number."""
        number = int(self.asked.id) if NUMBER.fullmatch(self.asked.id) else 0
        found = self.controls.journal.find(Filter(number=number)) if number else []
        return Answer(found[0].as_json()) if found else missing(f"exchange {self.asked.id!r} is not kept")

    def metrics(self) -> Answer:
        """What is counted, for Prometheus: requests, their time, tasks, faults, refusals for calling too often."""
        from mockserver.metrics import TYPE, expose

        return Answer(Content(TYPE, [expose(self.controls)]))

    def list_quotas(self) -> Answer:
        """How much of its quotas and rate limits each account has used up."""
        given, engine = self._wanted(), self.controls.engine
        specs = [spec for spec in engine.specs.values() if given.get("api") in (None, spec.name)]
        accounts = [each for each in engine.accounts if given.get("account") in (None, each.number)]
        return Answer(Gauges(engine.store, engine.clocks).read(specs, accounts))

    def download(self) -> Answer:
        """The file of a task, as nobody's download."""
        try:
            pieces = self.controls.engine.file(self.asked.id)
        except LookupError as error:
            return missing(str(error.args[0]))
        headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
        return Answer(Content("application/octet-stream", pieces, headers))

    def show_spec(self) -> Answer:
        """The OpenAPI document of an API, served here."""
        spec = self._spec(self.asked.id)
        return Answer({**spec.document, "servers": [{"url": "/", "description": "this mock"}]})

    def sign(self) -> Answer:
        """The address and headers with which an account would send a request."""
        given: dict[str, Any] = dict(self.asked.body)
        spec, number = self._spec(given.pop("api")), given.pop("account", "")
        accounts = [*self.controls.engine.accounts]
        account = next((each for each in accounts if number in ("", each.number)), None)
        if account is None:
            raise Unusable(f"account: there is no {number!r}", [each.number for each in accounts])
        draft = Draft(given["method"], given["url"], given.get("headers", {}), given.get("body", ""))
        return Answer(sign(draft, spec, account, self.controls.engine.clocks.of(account.number).present()))

    def _spec(self, name: str) -> Spec:
        specs = self.controls.engine.specs
        if name not in specs:
            raise Unusable(f"unknown API {name!r}", [*specs])
        return specs[name]
