"""Tasks that differ from each other, so that a list has something to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, product

from contracts.calls.client import Api, Reply
from contracts.expect import error_code, require_accepted
from contracts.situations.lists import (
    Fields,
    argument_of,
    ask,
    bound_to,
    item_schema,
    list_operation,
    listing_of,
    member_named,
    required_filters,
    scope,
)
from contracts.situations.sights import moments
from contracts.situations.tasks import create, creators, naming, wait_for, with_resources
from contracts.situations.variations import variations
from contracts.target import Capability, Unavailable
from contracts.values import Arguments, find, is_valid, put
from openapi.members import members, takes_task
from openapi.model import Action, Json, Operation, Phase

COUNT = 5  # tasks that have ended, of which the last has failed where that can be had
MORE = 2  # tasks that have not
KINDS = 3  # creators, and values of each argument, that are mixed at most
GAP = 1.1  # seconds between two tasks, so that their moments differ however they are written
SHORT_GAP = 0.02  # … where time is not for nothing, and moments are written in thousandths
ENDINGS = ("c", "a", "d", "b")  # told apart by every collation, and not in order


@dataclass(frozen=True, slots=True)
class Made:
    """A task that was created."""

    id: str
    arguments: Mapping[str, Json]


def make(api: Api, wanted: Iterable[tuple[Operation, Arguments]], gap: float = GAP) -> list[Made]:
    """Create tasks one after the other; where a quota of unfinished ones is full, they are given time to end.

    Raises NotObserved when one is refused.
    """
    room = min((each.limit for each in api.spec.quotas if each.counts == "unfinished"), default=0)
    made: list[Made] = []
    for number, (operation, arguments) in enumerate(wanted):
        if room and number and number % room == 0:
            wait_for(api, made[-1].id, Phase.SUCCEEDED)
        if number and gap:
            api.target.wait(min(gap, _gap(api)))
        reply = _create_with_room(api, operation, arguments)
        require_accepted(reply, f"creating task {number + 1}")
        made.append(Made(str(reply.values.get("task.id")), {**with_resources(api, operation), **arguments}))
    return made


def _gap(api: Api) -> float:
    """Seconds after which the moments of two tasks differ."""
    operation = list_operation(api)
    parts = item_schema(operation).get("properties", {}).values() if operation is not None else ()
    written = {part["x-time"] for part in parts if "x-time" in part and part.get("x-bind") == "task.created"}
    return SHORT_GAP if written <= {"milliseconds", "epoch-milliseconds"} and not api.target.is_mock else GAP


def _create_with_room(api: Api, operation: Operation, arguments: Arguments) -> Reply:
    """The answer to creating a task; where tasks of earlier checks leave no room, once they have had time to end."""
    reply = create(api, operation, arguments)
    if not _may_be_full(api, operation, reply):
        return reply
    begun, life = api.target.now(), api.spec.lifecycle
    whole = timedelta(seconds=life.queued_seconds + life.running_seconds if life else 0)
    for _ in islice(moments(api), 1, None):
        reply = create(api, operation, arguments)
        if not _may_be_full(api, operation, reply) or api.target.now() - begun > 2 * whole:
            break
    return reply


def _may_be_full(api: Api, operation: Operation, reply: Reply) -> bool:
    """Whether a quota may be what refuses: by its code, or by any where nobody documents it."""
    codes = [code for each in api.spec.quotas if (code := error_code(api, operation, each.reason))]
    is_open = not api.target.is_mock and any(code.assumed for code in codes)
    return not reply.accepted and (is_open or reply.error_code in {code.code for code in codes})


def make_alike(api: Api, count: int, gap: float = GAP, made: int = 0) -> list[Made]:
    """So many tasks that one list shows, and that differ in what it may sort by; the first is the earliest.

    So many of them are `made` already, and are not made again.
    """
    operation = list_operation(api)
    kept = set[str]()
    if operation is not None:
        required = required_filters(operation)
        kept = {argument_of(operation, e.field) for e in listing_of(operation).filters if e.parameter in required}
    mixed = _mixed(api, count, without=kept, creators_used=1)
    creator = mixed[0][0]
    apart = variations(api, creator, count) if creator.overwrites else [{}] * count
    wanted = [(creator, {**given, **other}) for (_, given), other in zip(mixed, apart, strict=True)]
    return make(api, wanted[made:], gap)


def make_varied(api: Api) -> list[Made]:
    """Tasks that differ in what the list may filter by: arguments, creators, phases, and whether they were fetched."""
    made = make(api, _mixed(api, COUNT - 1), GAP)
    if Capability.PROVOKE_FAILURE in api.target.capabilities and _can_fail(api):
        api.target.fail_next_task(api.spec.name)
        mixed = _mixed(api, COUNT)
        made += make(api, mixed[COUNT - 1 :])
    for each in made[:-1]:
        wait_for(api, each.id, Phase.SUCCEEDED)
    _fetch(api, made[0].id)
    if Capability.CLOCK in api.target.capabilities:
        life = api.spec.lifecycle
        api.target.wait(life.queued_seconds + life.running_seconds if life else 0)
        made += make(api, _mixed(api, COUNT + MORE)[COUNT:])
    return made


def collect(api: Api, operation: Operation, made: list[Made]) -> dict[str, Fields]:
    """All tasks that the list shows, by their ids: those of every list that has to be asked for by itself."""
    found: dict[str, Fields] = {}
    for given in scopes(api, operation, made):
        for fields, values in ask(api, operation, given).everything():
            found[str(values.get("task.id"))] = fields
    return found


def scopes(api: Api, operation: Operation, made: list[Made]) -> Iterator[Arguments]:
    """The filters that have to be given, in every combination of the values that the tasks were created with."""
    plain = scope(api, operation)
    values: list[list[Json]] = []
    for name in plain:
        argument = next(argument_of(operation, e.field) for e in listing_of(operation).filters if e.parameter == name)
        found = [each.arguments[argument] for each in made if argument in each.arguments]
        values.append(_distinct([*found, plain[name]]))
    for combination in product(*values):
        yield dict(zip(plain, combination, strict=True))


def _mixed(
    api: Api, count: int, without: Iterable[str] = (), creators_used: int = KINDS
) -> list[tuple[Operation, Arguments]]:
    """What so many tasks are created with: every argument that shows in the list changes at a pace of its own."""
    operations, listing = creators(api)[:creators_used], list_operation(api)
    wanted: list[tuple[Operation, Arguments]] = []
    for index in range(count):
        operation = operations[index % len(operations)]
        given: Arguments = {}
        shown = [name for name in _shown(listing) if name not in without] if listing else []
        several = {name: values for name in shown if len(values := values_for(api, operation, name)) > 1}
        for pace, (name, values) in enumerate(several.items(), start=1):
            given[name] = values[(index // pace) % len(values)]
        wanted.append((operation, given))
    return wanted


def values_for(api: Api, operation: Operation, name: str) -> list[Json]:
    """A few values of an argument, all of which ought to be accepted; none when none are known."""
    given = with_resources(api, operation)
    for member in members(operation):
        if member.argument == name and member.schema.get("x-resource"):
            ids = _provided(api, str(member.schema["x-resource"]))
            return [put(given, member, each)[name] for each in ids]
    member_ = member_named(operation, name)
    if member_ is None:
        return []
    if "enum" in member_.schema:
        return list(member_.schema["enum"])
    start = find(given, member_) or member_.schema.get("example") or "x"
    made: list[Json] = [f"{start}{ending}" for ending in ENDINGS] if isinstance(start, str) else []
    return [each for each in made if is_valid(member_.schema, each)]


def _provided(api: Api, kind: str) -> list[str]:
    """As many usable resources as there are, up to a few."""
    for count in range(KINDS, 0, -1):
        try:
            return api.target.provide(api.spec.name, kind, count=count)
        except Unavailable:
            continue
    return []


def _shown(operation: Operation) -> list[str]:
    """The arguments of a creator that the list sorts or filters by, each once."""
    listing = listing_of(operation)
    fields = [*listing.sorting.fields.values(), *(each.field for each in listing.filters)]
    names = dict.fromkeys(argument_of(operation, field) for field in fields)
    return [name for name in names if name]


def _fetch(api: Api, task: str) -> None:
    """Fetch the file of a task where the list tells which were fetched."""
    listing = list_operation(api)
    if listing is None or not any(bound_to(listing, e.field) == "task.downloaded" for e in listing_of(listing).filters):
        return
    for operation in api.spec.operations.values():
        if operation.action is Action.DOWNLOAD and takes_task(operation):
            api.call(operation, naming(operation, task, with_resources(api, operation)))
            return


def _can_fail(api: Api) -> bool:
    return api.spec.lifecycle is not None and Phase.FAILED in api.spec.lifecycle.words


def _distinct(values: Iterable[Json]) -> list[Json]:
    found: list[Json] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
