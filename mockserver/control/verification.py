"""The view that asserts something of what clients sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mockserver.client.report import report_of
from mockserver.control import bodies
from mockserver.control.assertions import ASSERTIONS
from mockserver.control.bodies import Unusable
from mockserver.control.view import Answer, View
from mockserver.journal import Filter
from mockserver.scorecard import draw_up
from mockserver.verification.assertions import NOTHING, Verdict, came_in_order, has_habits, paused, was_sent
from mockserver.verification.exchange import Exchange, exchange_of
from mockserver.verification.listing import listed
from mockserver.verification.pattern import Pattern, often


@dataclass(frozen=True, slots=True)
class Verification(View):
    """One method for its path. Raises Unusable."""

    def verify(self) -> Answer:
        """Assert something of what clients sent: which requests, how often, in which order, with which habits."""
        given = _checked(self.asked.body)
        self._know(given)
        exchanges = self._exchanges(given)
        verdict = self._judge(given, exchanges)
        forgotten = self.controls.journal.forgotten
        if verdict.holds and not verdict.lasts and forgotten > given.get("since", 0):
            verdict = _unsure(verdict, forgotten)
        if verdict.holds:
            met = [each for each in exchanges if each.number in verdict.numbers]
            return Answer({"sentence": verdict.sentence, "exchanges": [*map(_shown, met)]})
        message = listed(verdict.sentence, exchanges, verdict.numbers)
        return Answer({"error": {"message": message, "valid": []}}, HTTPStatus.CONFLICT)

    def _exchanges(self, given: Mapping[str, Any]) -> list[Exchange]:
        """Those of the account, if one is named, and those with nobody known: what is refused may be anybody's."""
        found = self.controls.journal.find(Filter(since=given.get("since", 0)))
        whose = given.get("account", "")
        return [exchange_of(each.as_json()) for each in found if not whose or each.account in ("", whose)]

    def _judge(self, given: Mapping[str, Any], exchanges: Sequence[Exchange]) -> Verdict:
        if "request" in given:
            try:
                count = often(given.get("times"), given.get("at_least"), given.get("at_most"))
            except ValueError as error:
                raise Unusable(str(error)) from error
            return was_sent(exchanges, Pattern(**given["request"]), count)
        if "order" in given:
            return came_in_order(exchanges, [Pattern(**each) for each in given["order"]])
        if "pause" in given:
            return paused(exchanges, **given["pause"])
        if "nothing" in given:
            return NOTHING[given["nothing"]](exchanges)
        return self._habits(given)

    def _habits(self, given: Mapping[str, Any]) -> Verdict:
        facts = self.controls.journal.facts(given.get("account", ""), given.get("since", 0))
        card = draw_up(facts, self.controls.engine.specs)
        return has_habits(report_of(card.as_json()), given["habits"])

    def _know(self, given: Mapping[str, Any]) -> None:
        """Raise Unusable for a name that nothing has: no request could ever be like that."""
        patterns = [*given.get("order", ()), *(given[name] for name in ("request", "pause") if name in given)]
        specs = self.controls.engine.specs
        numbers = [account.number for account in self.controls.engine.accounts]
        _require("account", given, numbers)
        for pattern in patterns:
            _require("api", pattern, [*specs])
            chosen = [spec for spec in specs.values() if pattern.get("api") in (None, spec.name)]
            _require("operation", pattern, sorted({name for spec in chosen for name in spec.operations}))
            _require("code", pattern, sorted({each.code for spec in chosen for each in spec.error_codes}))
            _require("account", pattern, numbers)


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """The assertion, if it is one. Raises Unusable."""
    kinds = [name for name in ASSERTIONS if name in body]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none of them"
        raise Unusable(f"an assertion has one of {', '.join(ASSERTIONS)}; this has {said}", [*ASSERTIONS])
    return bodies.check(body, ASSERTIONS[kinds[0]])


def _require(name: str, given: Mapping[str, Any], known: list[str]) -> None:
    if name in given and given[name] not in known:
        raise Unusable(f"{name}: there is no {given[name]!r}", known)


def _unsure(verdict: Verdict, forgotten: int) -> Verdict:
    said = (
        f"{verdict.sentence}, as far as is known: exchanges up to {forgotten} had to make room for later ones; forget "
        f"the exchanges before the test (DELETE /_mock/requests), or verify what came `since` {forgotten}"
    )
    return Verdict(holds=False, sentence=said, numbers=verdict.numbers)


def _shown(exchange: Exchange) -> dict[str, Any]:
    names = ("number", "at", "api", "operation", "account", "arguments", "status", "code")
    return {name: getattr(exchange, name) for name in names}
