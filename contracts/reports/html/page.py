"""The page: what a run found, in one file that a browser opens from anywhere and that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from contracts.reports.html.diagram import diagram_of
from contracts.reports.html.entries import BROKEN, KNOWN, UNSEEN, WARNING, Entry, address_of, fragment, look, tally
from contracts.reports.html.evidence import fit
from contracts.reports.html.lifecycle import lives_of
from contracts.reports.html.matrix import matrix_of
from contracts.reports.html.timeline import timeline_of
from contracts.reports.learned import lessons
from contracts.result import Result, is_learned
from openapi.model import Json, Spec

STANDINGS = ("documented", "sdk", "assumed")
STYLES = ("tokens.css", "page.css", "matrix.css", "lifecycle.css", "timeline.css", "clauses.css", "narrow.css")
SCRIPTS = ("elements.js", "state.js", "exchange.js", "clause.js", "clauses.js", "matrix.js", "timeline.js", "main.js")
FIRST_BROKEN = 12  # that are told at the top of the page; the list below has all


def render(result: Result, specs: Mapping[str, Spec]) -> str:
    """The text of the page; the same for the same result."""
    told = result.as_json()
    entries, is_shortened = fit(told["clauses"])
    style, script = _joined(STYLES), _joined(SCRIPTS)
    text = (
        _templates()
        .get_template("page.html")
        .render(
            told=told,
            entries=entries,
            is_shortened=is_shortened,
            totals=_totals(told["clauses"], specs),
            matrix=matrix_of(entries, specs),
            diagrams=[diagram_of(life) for life in lives_of(entries, specs)],
            timeline=timeline_of(entries),
            broken=sorted(_looking(entries, BROKEN, KNOWN), key=lambda entry: look(entry) == KNOWN),
            warnings=_looking(entries, WARNING),
            lessons=lessons(result, specs),
            unseen=_by_reason(entries),
            style=style,
            script=script,
            policy=_policy(style, script),
            data=htmlsafe_json_dumps({"clauses": entries, "readings": _readings(specs)}, ensure_ascii=False),
        )
    )
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # halves of a character, which no file can hold


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("contracts.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "address_of": address_of,
        "fragment": fragment,
        "look": look,
        "tally": tally,
        "standings": STANDINGS,
        "first_broken": FIRST_BROKEN,
    }
    return found


def _joined(names: Sequence[str]) -> Markup:
    """Our own files, as the page holds them; none may close the element in which it stands."""
    folder = files("contracts.reports.html") / "assets"
    return Markup("\n" + "\n".join((folder / name).read_text("utf-8") for name in names))  # noqa: S704 - no data in it


def _policy(style: str, script: str) -> str:
    """What a browser lets the page do: run its own script, and nothing else; load nothing from anywhere."""
    allowed = {"style-src": _hash(style), "script-src": _hash(script), "img-src": "data:"}
    closed = ("default-src", "base-uri", "form-action")
    return "; ".join([*(f"{name} 'none'" for name in closed), *(f"{name} {value}" for name, value in allowed.items())])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _totals(entries: Sequence[Entry], specs: Mapping[str, Spec]) -> list[dict[str, Any]]:
    """Per API what the table on a terminal says: all clauses, then those of each standing."""
    by_api: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_api[str(entry["api"])].append(entry)
    return [
        {
            "api": api,
            "title": specs[api].title if api in specs else api,
            "operations": len(specs[api].operations) if api in specs else 0,
            "all": tally(by_api[api]),
            "standings": {
                name: tally(entry for entry in by_api[api] if entry["standing"] == name) for name in STANDINGS
            },
        }
        for api in [*(name for name in specs if name in by_api), *sorted(by_api.keys() - specs.keys())]
    ]


def _looking(entries: Sequence[Entry], *looks: str) -> list[Entry]:
    return [entry for entry in entries if look(entry) in looks]


def _by_reason(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """What was not observed and taught nothing, reason by reason, the most frequent first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in _looking(entries, UNSEEN):
        if is_learned(entry):
            continue
        found[str(entry["reason"])].append(entry)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _readings(specs: Mapping[str, Spec]) -> dict[str, Json]:
    """The open questions of each API, with their answers and who gives them."""
    return {
        name: {
            reading.id: {"question": reading.question, "default": reading.default, "answers": dict(reading.sources)}
            for reading in spec.readings.values()
        }
        for name, spec in specs.items()
    }
