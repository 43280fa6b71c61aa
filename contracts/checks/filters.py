"""The documented filters of lists: each by itself and in pairs, among tasks that differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.situations.lists import Fields, ask, bound_to, listing_of, member_named, required_filters
from contracts.situations.varied import collect, make_varied
from contracts.values import Arguments, altered, is_valid
from openapi.clauses import Clause, ClauseKind
from openapi.model import Filter, Json, Operation

FEW = 4  # values, and pairs of values, that are asked for at most

Tasks = Mapping[str, Fields]  # by their ids
Pair = Mapping[Filter, Json]  # two filters, each with the value that is asked for


@check(ClauseKind.FILTER)
def lists_exactly_the_tasks_that_match(api: Api, clause: Clause) -> None:
    """For each value that tasks have, and for some that none has, exactly the matching ones are listed.

    Also beside each of the other filters: those that match both, and none where none does.
    """
    operation, rule = api.operation(clause.operation), clause.detail
    tasks = _tasks(api, operation)
    asked = [*_asked(operation, rule, tasks), *_foreign(operation, rule, tasks)]
    if all(set(_matching(tasks, {rule: value})) == set(tasks) for value in asked):
        raise NotObserved(f"all tasks have the same {rule.field}, so that nothing could be left out")
    for value in asked:
        _expect_matching(api, operation, tasks, {rule: value})
    for other in listing_of(operation).filters:
        values = list(_asked(operation, other, tasks)) if other is not rule else []
        pairs: list[Pair] = [{rule: one, other: two} for one in asked for two in values]
        for pair in _telling(pairs, tasks):
            _expect_matching(api, operation, tasks, pair)


def _telling(pairs: list[Pair], tasks: Tasks) -> list[Pair]:
    """A few pairs of values: those first whose tasks neither of the two would have picked alone, and those of none."""

    def rank(pair: Pair) -> tuple[bool, bool]:
        both = set(_matching(tasks, pair))
        is_narrower = all(both < set(_matching(tasks, {each: value})) for each, value in pair.items())
        return not (is_narrower and both), not (is_narrower and not both)

    ranked = sorted(pairs, key=rank)
    selecting = [pair for pair in ranked if not rank(pair)[0]][: FEW - 1]
    empty = [pair for pair in ranked if not rank(pair)[1]][:1]
    chosen = [*selecting, *empty]
    return [*chosen, *(pair for pair in ranked[:: max(len(ranked) // FEW, 1)] if pair not in chosen)][:FEW]


def _foreign(operation: Operation, rule: Filter, tasks: Tasks) -> list[Json]:
    """A value that may be asked for and that no task has; none where no such value is known."""
    member = member_named(operation, rule.parameter)
    if member is None or "x-resource" in member.schema or rule.match == "json":
        return []
    shown = [fields.get(rule.field) for fields in tasks.values()]
    candidates = [*member.schema.get("enum", ()), *(altered(each) for each in shown if isinstance(each, str) and each)]
    fitting = [each for each in candidates if is_valid(member.schema, each)]
    return [each for each in fitting if not any(matches_filter(rule, each, value) for value in shown)][:1]


def _tasks(api: Api, operation: Operation) -> Tasks:
    """Tasks that differ, as the list shows them. Raises Broken when it does not show the one created last."""
    made = make_varied(api)
    tasks = collect(api, operation, made)
    if made[-1].id not in tasks:
        raise Broken("the task that was just created listed", received=f"{len(tasks)} others")
    return tasks


def _expect_matching(api: Api, operation: Operation, tasks: Tasks, asked: Mapping[Filter, Json]) -> None:
    """The list with these filters, and those without which it is refused, holds exactly the tasks that match them."""
    required = required_filters(operation)
    missing = [r for r in listing_of(operation).filters if r.parameter in required and r not in asked]
    for scoped in _scoped(tasks, missing):
        rules = {**scoped, **asked}
        given: Arguments = {rule.parameter: value for rule, value in rules.items()}
        page = ask(api, operation, given)
        found = {str(values.get("task.id")) for _, values in page.everything()}
        wanted = set(_matching(tasks, rules))
        if found != wanted and any(bound_to(operation, rule.field) == "task.phase" for rule in rules):
            kept = {rule.parameter: value for rule, value in rules.items() if rule.parameter in required}
            wanted = set(_matching(_listed(api, operation, kept), rules))  # tasks move on between two requests
        if found != wanted:
            said = " and ".join(f"{rule.parameter}={value!r}" for rule, value in asked.items())
            more, less = len(found - wanted), len(wanted - found)
            received = f"{less} of them missing, {more} others" if wanted else f"{more} others"
            raise Broken(f"exactly the {len(wanted)} tasks that match {said}", page.reply, received)


def _listed(api: Api, operation: Operation, given: Arguments) -> Tasks:
    """The tasks as the list shows them now."""
    page = ask(api, operation, given)
    return {str(values.get("task.id")): fields for fields, values in page.everything()}


def _scoped(tasks: Tasks, missing: list[Filter]) -> Iterator[dict[Filter, Json]]:
    """Values for the filters that have to be given: those of one task after the other, each combination once."""
    seen: list[dict[Filter, Json]] = []
    for fields in tasks.values():
        each = {rule: _spelled(rule, fields.get(rule.field)) for rule in missing}
        if each not in seen:
            seen.append(each)
            yield each


def _matching(tasks: Tasks, asked: Mapping[Filter, Json]) -> list[str]:
    return [
        task
        for task, fields in tasks.items()
        if all(matches_filter(rule, value, fields.get(rule.field)) for rule, value in asked.items())
    ]


def matches_filter(rule: Filter, asked: Json, shown: Json) -> bool:
    """Whether a filter with the value `asked` lets an item pass that shows another."""
    match rule.match:
        case "equal":
            return asked == shown and type(asked) is type(shown)
        case "contains":
            return str(asked) in str(shown)
        case "json":
            return bool(json.loads(str(asked)) == shown)


def _asked(operation: Operation, rule: Filter, tasks: Tasks) -> Iterator[Json]:
    """Values to ask for: those of the tasks, and parts of them, which match as the rule says."""
    values: list[Json] = []
    for fields in tasks.values():
        if rule.field in fields and fields[rule.field] not in values:
            values.append(fields[rule.field])
    member = member_named(operation, rule.parameter)
    yield from (_spelled(rule, value) for value in values[:FEW])
    is_free = member is not None and not member.schema.keys() & {"enum", "x-resource"} and rule.match != "json"
    for value in values[:FEW]:
        if is_free and isinstance(value, str) and bound_to(operation, rule.field) != "task.phase":
            parts = [part for part in (value[:-1], value[1:], value[1:-1]) if part and is_valid(member.schema, part)]  # type: ignore[union-attr]
            yield from (part for part in parts if part not in values)


def _spelled(rule: Filter, value: Json) -> Json:
    return json.dumps(value, indent=1, sort_keys=True) if rule.match == "json" else value
