"""The documented defaults: by what they do, and by what the answers repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted
from contracts.files.exports import fetch, plenty
from contracts.files.tables import Damaged, unpack
from contracts.situations.lists import ask_as_it_is, listing_of, scope
from contracts.situations.sights import see
from contracts.situations.tasks import with_resources
from contracts.situations.varied import GAP, make_alike, values_for
from contracts.values import Arguments, is_valid
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member
from openapi.model import Action, Json, Operation, Schema

COUNT = 4  # tasks in a list whose default is looked at
MOST = 200  # tasks that are created for the sake of a default
OTHERS = 3  # values that are compared with the default


@dataclass(frozen=True, slots=True)
class Effect:
    """What a value does, as far as it can be seen."""

    reply: Reply
    echo: Json  # the value that an answer repeats; None where none does
    seen: tuple[str, ...] | bytes | None  # what was listed, or stands in the file; None where it shows in neither

    def differs_from(self, other: Effect) -> bool:
        """Whether the two can be told apart."""
        return self.echo != other.echo or self.seen != other.seen


@check(ClauseKind.DEFAULT)
def takes_the_default_when_nothing_is_given(api: Api, clause: Clause) -> None:
    """Leaving a value out does what its default does, and not what another value does; an answer repeats it so."""
    operation, member = api.operation(clause.operation), clause.detail
    if len(member.steps) != 1:
        raise NotObserved("a default inside another value is not looked at")
    if operation.action is Action.LIST:
        absent, explicit, others = _listed(api, operation, member, clause.value)
    elif operation.action is Action.CREATE:
        absent, explicit, others = _created(api, operation, member, clause.value)
    else:
        raise NotObserved("the operation neither creates nor lists")
    given = f"{member.name}={clause.value!r}"
    for effect, how in ((absent, f"without {member.name}"), (explicit, f"with {given}")):
        if effect.echo is not None and effect.echo != clause.value:
            raise Broken(f"{given} repeated in the answer to a request {how}", effect.reply, repr(effect.echo))
    if absent.differs_from(explicit):
        raise Broken(f"the same without {member.name} as with {given}", absent.reply, "something else")
    if absent.echo is None and not any(absent.differs_from(other) for other in others):
        raise NotObserved("no answer shows which value was taken")


def _listed(api: Api, operation: Operation, member: Member, default: Json) -> tuple[Effect, Effect, Iterator[Effect]]:
    """What the list is without the parameter, with its default, and with other values."""
    paging = listing_of(operation).paging
    is_size = paging is not None and member.name == paging.limit
    count = default + 1 if is_size and isinstance(default, int) else COUNT
    if count > MOST:
        raise NotObserved(f"more than {MOST} tasks would have to be created")
    made = make_alike(api, count, gap=0 if is_size else GAP)
    plain = scope(api, operation)

    def effect(given: Arguments) -> Effect:
        page = ask_as_it_is(api, operation, plain | given)
        echo = _repeated(operation.success.schema or {}, page.reply.body, member.name)
        return Effect(page.reply, echo, tuple(page.ids))

    explicit = effect({member.name: default})
    absent = _without(api, effect)
    if is_size and len(absent.seen or ()) != default:
        raise Broken(f"{default} of {count} tasks without {member.name}", absent.reply, f"{len(absent.seen or ())}")
    others = [*_other_values(member, default), *(each.id for each in made[1:2])]
    valid = [value for value in others if is_valid(member.schema, value)][:OTHERS]
    return absent, explicit, (effect({member.name: value}) for value in valid)


def _without(api: Api, effect: Callable[[Arguments], Effect]) -> Effect:
    """What is seen without the value, with which it was not refused. On a mock, raises Broken where it is now."""
    try:
        return effect({})
    except NotObserved as error:
        if api.target.is_mock:
            raise Broken("accepted without the value, as it is with its default", received=str(error)) from error
        raise


def _created(api: Api, operation: Operation, member: Member, default: Json) -> tuple[Effect, Effect, Iterator[Effect]]:
    """What a task is without the argument, with its default, and with other values."""

    def effect(given: Arguments) -> Effect:
        api.target.wait(GAP)
        return _effect_of_creation(api, operation, member, given)

    values = [*values_for(api, operation, member.name), *_other_values(member, default)]
    valid = [value for value in values if value != default and is_valid(member.schema, value)][:OTHERS]
    return effect({}), effect({member.name: default}), (effect({member.name: value}) for value in valid)


def _effect_of_creation(api: Api, operation: Operation, member: Member, given: Arguments) -> Effect:
    file, name = operation.file, member.name
    base = plenty(api, operation, file) if file and name != file.limit else with_resources(api, operation)
    arguments = {key: value for key, value in base.items() if key != name} | given
    reply = api.call(operation, arguments, omit=[] if given else [name])
    expect_accepted(reply, f"a task {', '.join(f'with {key}={value!r}' for key, value in given.items()) or 'without'}")
    task = str(reply.values.get("task.id", ""))
    api.created[task] = arguments
    sight = see(api, task)
    echo = sight.fields.get(name) if sight else None
    if file is None or name not in {file.format, file.order, file.limit, file.query}:
        return Effect(reply, echo, None)
    try:
        return Effect(reply, echo, unpack(file.archive, fetch(api, task).raw))
    except Damaged as error:
        raise NotObserved(str(error)) from error


def _other_values(member: Member, default: Json) -> Iterator[Json]:
    yield from (value for value in member.schema.get("enum", ()) if value != default)
    if isinstance(default, int) and not isinstance(default, bool):
        yield from (default + 1, default - 1, 1)


def _repeated(schema: Schema, body: Json, name: str) -> Json:
    """The value of a member of that name in an answer, outside the tasks that it lists; None where there is none."""
    if not isinstance(body, dict) or "x-each" in schema:
        return None
    parts = schema.get("properties", {})
    if name in body and parts.get(name, {}).get("x-bind", f"argument.{name}") == f"argument.{name}":
        found: Json = body[name]
        return found
    inner = (_repeated(part, body[key], name) for key, part in parts.items() if key in body)
    return next((each for each in inner if each is not None), None)
