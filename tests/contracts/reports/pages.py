"""Results for the page: of every clause there is, and of a server that breaks some."""

from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

from contracts.judgement import Judgement, Verdict
from contracts.reports.html.page import render
from contracts.result import Result
from openapi.clauses import Clause
from openapi.loader import load_all
from openapi.model import Spec
from tests.contracts.bent import all_clauses, bent
from tests.contracts.reports.results import EXCHANGE, result

API = "tencent-cls"
BROKEN = f"{API}/CreateExport/Count/maximum"
BROKEN_PHASE = f"{API}/queued/phase"
UNSEEN = f"{API}/GetExportedFile/queued/action-in-phase"
REASON = "no link is handed out while the task is queued"
SECONDS = 0.01  # that each clause took


@cache
def specs() -> dict[str, Spec]:
    return load_all(())


def judgement(clause: Clause) -> Judgement:
    """What a server that is right but for two facts gets; only those two are really asked for."""
    found = Judgement(clause, Verdict.HELD, "judges_it")
    if clause.id == BROKEN:
        return bent(clause.id, 1_000_000)
    if clause.id == BROKEN_PHASE:
        return bent(clause.id, "Processing")
    if clause.id == UNSEEN:
        return replace(found, verdict=Verdict.NOT_OBSERVED, reason=REASON)
    return found


@cache
def entries(*apis: str) -> tuple[dict[str, Any], ...]:
    """An entry per clause of the APIs, judged by two workers one after another."""
    found: list[dict[str, Any]] = []
    number = count()
    for api in apis:
        for clause in all_clauses(api):
            entry: dict[str, Any] = judgement(clause).as_json()
            index, evidence = next(number), entry["evidence"] or [EXCHANGE]
            timed = {"started": index * SECONDS, "seconds": SECONDS, "worker": f"gw{index % 2}", "text": ""}
            found.append({**entry, **timed, "evidence": evidence})
    return tuple(found)


def broken_run() -> Result:
    return result(*entries(API))


def whole_run() -> Result:
    return result(*entries(*specs()))


@cache
def broken_page() -> str:
    return page_of(broken_run())


@cache
def whole_page() -> str:
    return page_of(whole_run())


def page_of(found: Result) -> str:
    return render(found, specs())
