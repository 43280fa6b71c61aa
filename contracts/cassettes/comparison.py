"""Where an answer differs from the one in a cassette, field by field; what is another each time is no difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.calls.envelopes import CODE, envelopes
from contracts.cassettes.entry import Entry, Mark
from openapi import markup
from openapi.model import Answer, Json, Operation, Phase, Schema, Spec
from openapi.model.life import UNFINISHED

MEASURED = frozenset({"task.progress", "task.rows", "task.file.size", "task.file.name"})  # of the data, and of the time
WORDS = frozenset({"error.message", "error.title", "task.failure.message"})  # for people
COUNT = "tasks.count"
OWN = "<task-"  # how the names of tasks begin that the session created
ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not the same."""

    field: str
    recorded: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An entry, and the same exchange as it went now."""

    spec: Spec
    operation: Operation
    recorded: Entry
    now: Entry
    missing: frozenset[str] = frozenset()  # names of tasks that were not created here, as that was left out

    def differences(self) -> Iterator[Difference]:
        """Status first; where it is a success here and a refusal there, nothing else is compared."""
        recorded, now = self.recorded, self.now
        if recorded.response.status != now.response.status:
            yield Difference("status", str(recorded.response.status), str(now.response.status))
        codes = self.code(recorded), self.code(now)
        if codes[0] != codes[1]:
            yield Difference("error code", codes[0] or "(none)", codes[1] or "(none)")
        if recorded.accepted != now.accepted:
            if recorded.response.status == now.response.status and codes[0] == codes[1]:
                yield Difference("answer", _verdict(recorded), _verdict(now))
            return
        answer = self.operation.success if recorded.accepted else self._refusal(recorded)
        yield from self._headers(answer)
        if not (recorded.marks | now.marks) & {Mark.FILE, Mark.LONG}:
            yield from self._body(answer.schema or {})
        elif (recorded.size == 0) != (now.size == 0):
            yield Difference("body", f"{recorded.size} bytes", f"{now.size} bytes")

    def code(self, entry: Entry) -> str:
        """The error code of a refusal; empty for a success."""
        return "" if entry.accepted else str(envelopes(self.spec).open(_body_of(entry))[0].get(CODE, ""))

    def is_behind(self) -> bool:
        """Whether a task is finished in the cassette, and not yet here."""
        phases = [_phases(self.spec, self.operation.success.schema or {}, _body_of(each)) for each in self._both()]
        recorded, now = ([bool(each and each <= UNFINISHED) for each in found] for found in phases)
        early = {reason for phase, (reason, _) in self.operation.phase_refusals.items() if phase in UNFINISHED}
        codes = {each.code for each in self.spec.error_codes if early & set(each.when)}
        return (any(now) and not any(recorded)) or (bool(self.recorded.accepted) and self.code(self.now) in codes)

    def _both(self) -> tuple[Entry, Entry]:
        return self.recorded, self.now

    def _refusal(self, entry: Entry) -> Answer:
        body = _body_of(entry)
        forms = envelopes(self.spec).forms
        return next((form.answer for form in forms if CODE in form.values(body)), self.spec.failure)

    def _headers(self, answer: Answer) -> Iterator[Difference]:
        """Those that are documented, and the media type."""
        recorded, now = self.recorded.response.headers, self.now.response.headers
        for name in answer.headers:
            was, come = recorded.get(name, ABSENT), now.get(name, ABSENT)
            schema = answer.headers[name]
            is_volatile = any(each in f"{schema.get('x-value', '')}{schema.get('x-bind', '')}" for each in MEASURED)
            if was != come and not (is_volatile and ABSENT not in (was, come)):
                yield Difference(f"header {name}", was, come)
        kinds = [each.get("content-type", "").partition(";")[0].strip().lower() for each in (recorded, now)]
        if kinds[0] != kinds[1] and "content-type" not in answer.headers:
            yield Difference("header content-type", kinds[0] or ABSENT, kinds[1] or ABSENT)

    def _body(self, schema: Schema) -> Iterator[Difference]:
        bodies = [_body_of(each) for each in self._both()]
        if None in bodies:
            if (self.recorded.raw == b"") != (self.now.raw == b""):
                yield Difference(
                    "body",
                    _shown(self.recorded.raw.decode(errors="replace")),
                    _shown(self.now.raw.decode(errors="replace")),
                )
            return
        are_alone = not any("other-task-" in json.dumps(each) for each in bodies)
        yield from _Walk(self.spec, are_alone and not self.missing, self.missing).differences(
            "", schema, bodies[0], bodies[1]
        )


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through two bodies at once."""

    spec: Spec
    are_alone: bool  # whether all tasks are of the session, and those of the session are all
    missing: frozenset[str]

    def differences(self, where: str, schema: Schema, was: Json, come: Json) -> Iterator[Difference]:
        if isinstance(was, dict) and isinstance(come, dict):
            yield from self._members(where, schema, was, come)
        elif isinstance(was, list) and isinstance(come, list):
            if schema.get("x-each") == "tasks":
                yield from self._tasks(where, schema.get("items", {}), was, come)
                return
            if len(was) != len(come):
                yield Difference(where or "body", f"{len(was)} items", f"{len(come)} items")
            for number, (one, other) in enumerate(zip(was, come, strict=False)):
                yield from self.differences(f"{where}[{number}]", schema.get("items", {}), one, other)
        elif not self._alike(schema, was, come):
            yield Difference(where or "body", _shown(was), _shown(come))

    def _members(self, where: str, schema: Schema, was: dict[str, Json], come: dict[str, Json]) -> Iterator[Difference]:
        parts = schema.get("properties", {})
        is_later = self._differs_in_time(schema, was, come)
        for name in dict.fromkeys([*was, *come]):
            part, place = parts.get(name, {}), f"{where}.{name}".lstrip(".")
            if is_later and (str(part.get("x-bind", "")).startswith("task.") or "x-time" in part):
                continue
            if name in was and name in come:
                yield from self.differences(place, part, was[name], come[name])
            else:
                yield Difference(place, _shown(was.get(name, ABSENT)), _shown(come.get(name, ABSENT)))

    def _tasks(self, where: str, schema: Schema, was: list[Any], come: list[Any]) -> Iterator[Difference]:
        """The tasks of the session, each by its name; others come and go."""
        olds, news = ({task_of(schema, each): each for each in found} for found in (was, come))
        own = [each for each in olds if each.startswith(OWN) and each not in self.missing]
        for name in dict.fromkeys([*own, *(each for each in news if each.startswith(OWN))]):
            if name in olds and name in news:
                yield from self.differences(f"{where}[{name}]", schema, olds[name], news[name])
            else:
                told = ("there" if name in found else ABSENT for found in (olds, news))
                yield Difference(f"{where}[{name}]", *told)
        both = [
            [each for each in found if each in olds and each in news and each.startswith(OWN)] for found in (olds, news)
        ]
        if both[0] != both[1]:
            yield Difference(f"{where}, order", " ".join(both[0]), " ".join(both[1]))

    def _differs_in_time(self, schema: Schema, was: dict[str, Json], come: dict[str, Json]) -> bool:
        """Whether a task is only earlier in its life here or there."""
        found = [next(iter(_phases(self.spec, schema, each, deep=False)), frozenset()) for each in (was, come)]
        return found[0] != found[1] and any(each and each <= UNFINISHED for each in found)

    def _alike(self, schema: Schema, was: Json, come: Json) -> bool:
        bound = schema.get("x-bind", "")
        if was == come:
            return True
        is_loose = bound in MEASURED or bound in WORDS or (bound == COUNT and not self.are_alone)
        return is_loose and type(was) is type(come)


def _phases(spec: Spec, schema: Schema, body: Json, *, deep: bool = True) -> list[frozenset[Phase]]:
    """The phases that each word for one in a body may mean."""
    if isinstance(body, list):
        return [found for each in body for found in _phases(spec, schema.get("items", {}), each)] if deep else []
    if not isinstance(body, dict) or spec.lifecycle is None:
        return []
    found = []
    for name, part in schema.get("properties", {}).items():
        if part.get("x-bind") == "task.phase" and name in body:
            found.append(
                frozenset(phase for phase, word in spec.lifecycle.words.items() if str(word) == str(body[name]))
            )
        elif deep and name in body:
            found += _phases(spec, part, body[name])
    return found


def task_of(schema: Schema, item: Json) -> str:
    """The id of a task in a list, or the name for it; empty where it has none."""
    names = [name for name, part in schema.get("properties", {}).items() if part.get("x-bind") == "task.id"]
    return str(item.get(names[0], "")) if names and isinstance(item, dict) else ""


def _body_of(entry: Entry) -> Json:
    """The body as JSON; XML as its members; None for any other."""
    if markup.is_markup(entry.response.headers.get("content-type", "")):
        return markup.read(entry.raw)
    try:
        body: Json = json.loads(entry.raw)
    except (ValueError, RecursionError):
        return None
    return body


def _verdict(entry: Entry) -> str:
    return "the documented success" if entry.accepted else "a refusal, or nothing that is documented"


def _shown(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"  # noqa: PLR2004 - characters of a report
