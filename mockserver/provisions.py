"""What does a mock hold from the start: accounts, resources, timetables, records, faults?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mockserver.accounts import Account
from mockserver.control import bodies, records
from mockserver.control.bodies import Unusable
from mockserver.control.plane import Plane
from mockserver.control.schemas import AMOUNT, Schema, described, object_of
from mockserver.resources import ACCOUNT
from mockserver.settings import Unprovidable
from mockserver.start import Entry, Provisions, provisions_as
from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.state.sharing import whole
from mockserver.store import StoreError
from openapi.messages import Credentials

if TYPE_CHECKING:
    from mockserver.control.view import Controls
    from mockserver.faults.waiting import Faults, Provided

TEMPORARY = object_of({"key-id": bodies.NAME, "secret": bodies.NAME, "token": bodies.NAME})
ACCOUNT_KEY: Mapping[str, Schema] = {
    "key-id": described("Access key.", bodies.NAME),
    "secret": described("The secret of the access key.", bodies.NAME),
}
MADE_UP: Mapping[str, Schema] = {
    "number": described("As providers number accounts; made of the access key where it is missing.", bodies.NAME),
    "name": described("Of its user; the access key where it is missing.", bodies.NAME),
    "domain": described("That the user belongs to; the access key where it is missing.", bodies.NAME),
    "project": described("Id of its project; made of the access key where it is missing.", bodies.NAME),
    "token": described("A permanent token; TOKEN and the access key where it is missing.", bodies.NAME),
    "password": described("Of its user; the secret where it is missing.", bodies.NAME),
    "temporary": described("A second key that is only good with its token.", TEMPORARY),
    "condition": described("The condition for which APIs refuse it.", bodies.NAME),
}
PART = object_of({}, {"queued": AMOUNT, "running": AMOUNT, "kept": AMOUNT})
SCHEMAS: Mapping[str, Schema] = {
    "accounts": {
        "description": "Accounts that may call, besides the published ones.",
        "type": "array",
        "items": object_of(ACCOUNT_KEY, MADE_UP),
    },
    "resources": {
        "description": "What exists besides what the documents name, or is in another condition.",
        "type": "array",
        "items": bodies.RESOURCE,
    },
    "timetables": {
        "description": "By API, in seconds: how long tasks are queued, run, and are kept from their end.",
        "type": "object",
        "additionalProperties": PART,
    },
    "records": {
        "description": "Rows that exports hold: of a file, written here, or made up.",
        "type": "array",
        "items": bodies.RECORDS,
    },
    "faults": {"description": "Errors that wait for their calls.", "type": "array", "items": bodies.FAULT},
}


def provisions_of(given: Mapping[str, Any]) -> Provisions:
    """Those of `given` that are provisions. Raises Unprovidable for what has not their form."""
    found = {name: given[name] for name in SCHEMAS if name in given}
    for name, value in found.items():
        try:
            listed = list(value) if isinstance(value, tuple) else value
            found[name] = bodies.check({name: listed}, FORMS[name])[name]
        except Unusable as error:
            raise Unprovidable((name,), _with_names(str(error), error.valid)) from error
    return provisions_as(found)


FORMS: Mapping[str, Schema] = {name: object_of({name: schema}) for name, schema in SCHEMAS.items()}


def provide(controls: Controls, provisions: Provisions) -> None:
    """Put everything into a mock, now and after each reset. Raises Unprovidable, StoreError.

    Where others have the same store, one of them does so, all or nothing; the rest find it there, as it was left.
    """
    engine, start = controls.engine, controls.start
    engine.after_reset = partial(_provide_again, controls)
    if engine.sharing is None:
        _provide(controls, provisions)
        records.ready(engine, provisions.records)()
        start.provisions = provisions
        return
    provisions = _as_kept(provisions)
    is_wanted = start.provisions is None and not engine.sharing.is_older
    load = records.ready(engine, provisions.records) if is_wanted else None
    with whole(engine) if load else start.alone():
        if load and start.provisions is None:  # else somebody was quicker
            _provide(controls, provisions)
            load()
        else:
            _settle(controls, provisions)
        start.provisions = provisions


def change(controls: Controls, new: Provisions) -> bool:
    """Put `new` in the place of what was provided last; what both say, and all that was done, stays.

    Whether there was anything to do: others who have the same store may have done it. What is wrong with `new` shows on
    a mock of its own first, so that it changes nothing here. Raises Unprovidable, StoreError.
    """
    from mockserver.assembly import assemble

    engine, start = controls.engine, controls.start
    new = _as_kept(new)
    provide(assemble((), {"specs": engine.specs}), new)
    while True:
        engine.look()
        old = start.provisions or Provisions()
        if old == new:
            return False
        load = records.ready(engine, new.records, old.records)
        with whole(engine):
            if old == (start.provisions or Provisions()):  # else somebody was quicker
                _replace(controls, old, new)
                load()
                start.provisions = new
                return True


def _as_kept(provisions: Provisions) -> Provisions:
    """What comes back of provisions that are written down as JSON."""
    return provisions_as(from_bytes(to_bytes(asdict(provisions))))


def _replace(controls: Controls, old: Provisions, new: Provisions) -> None:
    if old.timetables != new.timetables:
        _set_timetables(controls, new)
    was, now = [*_existing(controls, old)], [*_existing(controls, new)]
    if old.accounts != new.accounts:
        _settle(controls, new)
    for gone in (each for each in was if each not in now):
        controls.engine.resources.restore(gone["api"], gone["kind"], gone["id"])
    _post(controls, "resources", (each for each in now if each not in was))
    with controls.engine.faults.alone():
        _change_faults(controls, new.faults)


def _provide_again(controls: Controls) -> None:
    _provide(controls, controls.start.provisions or Provisions())


def _change_faults(controls: Controls, wanted: Iterable[Entry]) -> None:
    """Take back the faults that are wanted no more, and set those that are new; what was set besides stays."""
    faults, left = controls.engine.faults, [*wanted]
    stays: list[tuple[Entry, tuple[str, ...]]] = []
    for entry, names in faults.provided:
        if entry in left:
            left.remove(entry)
            stays.append((entry, names))
        else:
            _take_back(faults, names)
    faults.provided = (*stays, *_set_faults(controls, left))


def _take_back(faults: Faults, names: Iterable[str]) -> None:
    for name in names:
        with suppress(LookupError):  # somebody has taken it back before
            faults.remove(name)


def _set_faults(controls: Controls, entries: Iterable[Entry]) -> Provided:
    entries = [*entries]
    answers = _post(controls, "faults", entries)
    made = (answer.get("faults", [answer]) for answer in answers)
    return tuple(zip(entries, (tuple(each["id"] for each in one) for one in made), strict=True))


def _provide(controls: Controls, provisions: Provisions) -> None:
    _set_timetables(controls, provisions)
    _settle(controls, provisions)
    _post(controls, "resources", _existing(controls, provisions))
    with controls.engine.faults.alone():
        controls.engine.faults.provided = _set_faults(controls, provisions.faults)


def _set_timetables(controls: Controls, provisions: Provisions) -> None:
    try:
        controls.engine.timetables.set(provisions.timetables)
    except ValueError as error:
        steps = next((("timetables", api) for api in provisions.timetables if api in str(error)), ("timetables",))
        raise Unprovidable(steps, str(error)) from error


def _settle(controls: Controls, provisions: Provisions) -> None:
    """Make the accounts known."""
    accounts = [account_of(each) for each in provisions.accounts]
    names = sorted({name for conditions in _conditions(controls).values() for name in conditions})
    for index, account in enumerate(accounts):
        if account.condition and account.condition not in names:
            message = f"{account.condition!r} is no condition of an account; there are {', '.join(names) or 'none'}"
            raise Unprovidable(("accounts", index, "condition"), message)
    try:
        controls.engine.accounts.settle(accounts)
    except ValueError as error:
        raise Unprovidable(("accounts",), str(error)) from error


def _conditions(controls: Controls) -> Mapping[str, frozenset[str]]:
    """The conditions of an account that each API has a word for."""
    specs = controls.engine.specs.values()
    return {spec.name: frozenset(spec.resources[ACCOUNT].conditions) for spec in specs if ACCOUNT in spec.resources}


def _existing(controls: Controls, provisions: Provisions) -> Iterator[Entry]:
    """The resources, then those that the conditions of the accounts are."""
    yield from provisions.resources
    for account in provisions.accounts:
        for api, conditions in _conditions(controls).items():
            condition = account.get("condition", "")
            if condition in conditions:
                yield {"api": api, "kind": ACCOUNT, "id": account["key-id"], "condition": condition}


def _post(controls: Controls, name: str, entries: Iterable[Entry]) -> list[Any]:
    """Ask the control plane for each entry, as a test would; what it answers."""
    plane, answers = Plane(controls), []
    for index, entry in enumerate(entries):
        said = plane.answer("POST", f"/{name}", body=to_bytes(entry))
        if said.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise StoreError(said.value["error"]["message"])
        if said.status >= HTTPStatus.BAD_REQUEST:
            error = said.value["error"]
            raise Unprovidable((name, index), _with_names(error["message"], error["valid"]))
        answers.append(said.value)
    return answers


def _with_names(message: str, valid: list[Any]) -> str:
    return f"{message}; there are {', '.join(map(str, valid))}" if valid else message


def account_of(given: Entry) -> Account:
    """An account as a config file describes it; what it does not say is made of the access key, always the same."""
    key_id, secret = given["key-id"], given["secret"]
    digest = sha256(key_id.encode()).hexdigest()
    temporary = given.get("temporary")
    return Account(
        number=given.get("number", f"3{int(digest[:9], 16):011d}"),
        name=given.get("name", key_id),
        domain=given.get("domain", key_id),
        key=Credentials(key_id, secret),
        project=given.get("project", digest[:32]),
        token=given.get("token", f"TOKEN{key_id}"),
        password=given.get("password", secret),
        temporary=Credentials(temporary["key-id"], temporary["secret"], temporary["token"]) if temporary else None,
        condition=given.get("condition", ""),
    )
