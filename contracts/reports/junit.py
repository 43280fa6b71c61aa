"""The result as JUnit XML: a test suite per API, a test case per clause."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from contracts.reports.places import Places
from contracts.result import Entry, Result, is_failing, is_known, is_warning
from contracts.wording import WIDTH, entry_text, field
from openapi.model import Spec

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
MISTAKES = "contracts"  # the suite that holds what is no verdict
FAILED = {"failures": "failure", "errors": "error"}
COUNTED = {"testsuites": FAILED, "testsuite": {**FAILED, "skipped": "skipped"}}


def render(result: Result, specs: Mapping[str, Spec]) -> str:
    """The XML text: a broken clause is a failure; a warning, and what is known or was not observed, is skipped.

    What kept the run from its end is an error, in a suite of its own.
    """
    root, places = ET.Element("testsuites", name="contracts"), Places(specs)
    for api, entries in result.by_api():
        root.append(_suite(api, [_case(entry, places) for entry in entries], _started(result, entries)))
    errors = [*result.mistakes, *([result.stopped] if result.stopped else [])]
    if errors:
        root.append(_suite(MISTAKES, list(map(_error, errors)), _started(result, ())))
    _count(root, [case for suite in root for case in suite])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(name: str, cases: list[ET.Element], started: str) -> ET.Element:
    suite = ET.Element("testsuite", name=name)
    if started:
        suite.set("timestamp", started)
    suite.extend(cases)
    _count(suite, cases)
    return suite


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    cases = list(cases)
    element.set("tests", str(len(cases)))
    for attribute, tag in COUNTED[element.tag].items():
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")


def _started(result: Result, entries: Iterable[Entry]) -> str:
    """When the first of the clauses was judged, in UTC; readers of JUnit take no zone."""
    if not result.head.started:
        return ""
    first = min((float(entry.get("started", 0)) for entry in entries), default=0.0)
    began = datetime.fromisoformat(result.head.started) + timedelta(seconds=first)
    return began.replace(tzinfo=None, microsecond=0).isoformat()


def _case(entry: Entry, places: Places) -> ET.Element:
    owner = ".".join(filter(None, (entry["api"], entry["operation"])))
    case = ET.Element("testcase", classname=owner, name=_legal(entry["id"]), time=f"{entry.get('seconds', 0):.3f}")
    if entry["verdict"] == "not-observed":
        ET.SubElement(case, "skipped", message=_legal(entry["reason"]))
    elif is_known(entry):
        known = entry["known"]
        message = f"known until {known['until']}, {known['owner']}: {known['reason']}"
        ET.SubElement(case, "skipped", message=_legal(message)).text = _account(entry, places)
    elif is_warning(entry):
        message = f"a warning: expected {entry['reason']}"
        ET.SubElement(case, "skipped", message=_legal(message)).text = _account(entry, places)
    elif is_failing(entry):
        failure = ET.SubElement(case, "failure", type=entry["kind"], message=_legal(f"expected {entry['reason']}"))
        failure.text = _account(entry, places)
    return case


def _account(entry: Entry, places: Places) -> str:
    """What the terminal shows, and the line that states it: readers of JUnit agree on no attribute for that."""
    place = places.of(entry)
    stands = f"\n{field('stands', f'{place.file}:{place.line}', WIDTH)}" if place else ""
    return _legal(entry_text(entry) + stands)


def _error(text: str) -> ET.Element:
    first = text.partition("\n")[0]
    case = ET.Element("testcase", classname=MISTAKES, name=_legal(first), time="0.000")
    ET.SubElement(case, "error", type="error", message=_legal(first)).text = _legal(text)
    return case


def _legal(text: str) -> str:
    """The text, its characters that XML cannot hold written as escapes."""
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
