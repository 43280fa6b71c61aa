"""Are the tasks that a filter asks for found without looking at all, where an account holds very many?"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import product
from math import inf
from pathlib import Path

import pytest
from sqlalchemy import text

from mockserver.faults.effects import Name
from mockserver.flaws import Flaw
from mockserver.lines import Ordered, Part
from mockserver.store import Holdings, Kept, Store
from mockserver.stores.address import FILE
from mockserver.stores.known import LISTED
from mockserver.stores.listed import BEHIND
from mockserver.stores.opening import open_store
from mockserver.stores.postgresql import PostgresqlDatabase
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import SqliteDatabase
from mockserver.task import Task, phase
from mockserver.traits import Kind, Trait
from openapi.model import Phase
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import task
from tests.mockserver.stores.test_versions import tables

COLOURS = ("red", "blue", "grey")
BY_COLOUR = Kind("argument.colour", "null", is_scoped=False)
KINDS = {BY_COLOUR, BY_COLOUR._replace(is_scoped=True), Kind("task.downloaded", "null", is_scoped=False)}
KINDS |= {Kind("task.outcome", "null", is_scoped=False)}
SCOPES = ("x", "y")
ALL = Part(newest_first=False, skip=0, size=None)
READABLE = "UPDATE mockserver_tasks SET task = '{}' WHERE place <= 4000"  # no longer


def coloured(number: int) -> Task:
    return task(f"{number:05}", scope=SCOPES[number % 2], arguments={"colour": COLOURS[number % 3]})


def of_colour(name: str) -> Trait:
    return Trait("argument.colour", "null", f'"{name}"')


def line_of(holdings: Holdings, scope: str, trait: Trait) -> Ordered:
    line = holdings.line(scope, trait)
    assert line is not None
    return line


def database_of(lasting: str) -> SqliteDatabase | PostgresqlDatabase:
    if lasting.startswith(FILE):
        return SqliteDatabase(Path(lasting.removeprefix(FILE)), PATIENCE)
    return PostgresqlDatabase(lasting, PATIENCE)


def assert_line(line: Ordered, expected: Sequence[Task]) -> None:
    """That it has these tasks, the oldest first, and cuts pages out of them."""
    assert ([*line.walk(newest_first=False)], [*line.walk(newest_first=True)]) == ([*expected], [*expected[::-1]])
    for skip in (0, 1, len(expected) - 1, len(expected)):
        assert line.page(Part(newest_first=True, skip=skip, size=2)) == ([*expected[::-1][skip:][:2]], len(expected))
    assert len(line) == len(expected)


@pytest.mark.parametrize("is_expected", [True, False])
def test_tasks_with_something_in_common_are_listed_whatever_becomes_of_them(store: Store, *, is_expected: bool) -> None:
    store.list_by("api", KINDS if is_expected else ())
    held = [coloured(number) for number in range(LISTED + 10)]
    store.load(Kept(tuple(held)))
    with store.holdings("api", "1") as holdings:
        for each in held[6::50]:
            holdings.remove(each.id)
        del held[6::50]
    for number in range(2 * BEHIND + 30):
        with store.holdings("api", "1") as holdings:
            held.append(coloured(LISTED + 20 + number))
            holdings.add(held[-1])
            if not number % 9:
                holdings.remove(held.pop(-1 - number // 2).id)
    with store.holdings("api", "1") as holdings:
        for scope in ("", *SCOPES):
            for name in COLOURS:
                expected = [e for e in held if scope in ("", e.scope) and e.arguments["colour"] == name]
                assert_line(line_of(holdings, scope, of_colour(name)), expected)
        assert len(line_of(holdings, "", of_colour("none"))) == 0


def test_a_task_that_changes_is_listed_by_what_it_is_now_in_its_place(store: Store) -> None:
    store.list_by("api", KINDS)
    store.load(Kept(tuple(coloured(number) for number in range(LISTED + 10))))
    downloaded = Trait("task.downloaded", "null", "true")
    for number in (7, 4104, 3, 5):
        with store.holdings("api", "1") as holdings:
            found = holdings.get(f"{number:05}")
            assert found is not None
            holdings.replace(task(found.id, scope=found.scope, arguments=found.arguments, downloaded=9.0))
            assert f"{number:05}" in [each.id for each in line_of(holdings, "", downloaded).walk(newest_first=False)]
    with store.holdings("api", "1") as holdings:
        assert [each.id for each in line_of(holdings, "", downloaded).page(ALL)[0]] == [
            "00003",
            "00005",
            "00007",
            "04104",
        ]
        assert len(line_of(holdings, "", Trait("task.downloaded", "null", "false"))) == LISTED + 6


def test_a_task_is_found_by_the_id_that_it_is_shown_by(store: Store) -> None:
    flaw = Flaw(Name.DUPLICATE_ID, "f", shown="00007")
    held = [coloured(number) for number in range(LISTED + 10)] + [task("new", flaw=flaw)]
    store.load(Kept(tuple(held)))
    with store.holdings("api", "1") as holdings:
        assert_line(line_of(holdings, "", Trait("task.id", "null", '"00007"')), [held[7], held[-1]])
        for wanted in ('"new"', '"none"', "7"):
            assert len(line_of(holdings, "", Trait("task.id", "null", wanted))) == 0
        assert len(line_of(holdings, "x", Trait("task.id", "null", '"00007"'))) == 0


def living(number: int) -> Task:
    """One that is made at its number, and lives through all phases; each seventh fails, and some last for ever."""
    ends = inf if number % 1000 == 999 else float(number + 20 + number % 11)
    moments = {"created": number, "starts": number + 5, "ends": ends, "expires": inf if number % 13 else ends + 3000}
    outcome = Phase.FAILED if number % 7 == 0 else Phase.SUCCEEDED
    return task(f"{number:05}", scope=SCOPES[number % 2], outcome=outcome, **moments)


def assert_in_phases(holdings: Holdings, held: Sequence[Task], scope: str, moments: Sequence[float]) -> None:
    """That tasks are found by their phases at these moments."""
    for now, phases in product(moments, ([Phase.QUEUED, Phase.RUNNING], [Phase.SUCCEEDED], [Phase.FAILED], [*Phase])):
        line = holdings.in_phases(scope, phases, now)
        assert line is not None
        assert_line(line, [each for each in held if scope in ("", each.scope) and phase(each, now) in phases])


@pytest.mark.parametrize("is_expected", [True, False])
def test_tasks_are_found_by_their_phase_by_a_clock_that_goes_to_and_fro(lasting: str, *, is_expected: bool) -> None:
    with closing(open_store(lasting, PATIENCE)) as store:
        store.list_by("api", {Kind("task.outcome", "null", is_scoped=False)} if is_expected else ())
        held = [living(number) for number in range(2 * LISTED)]
        store.load(Kept(tuple(held)))
        with store.holdings("api", "1") as holdings:
            for scope in ("", *SCOPES):
                assert_in_phases(holdings, held, scope, [-1.0, 5000.0, 20000.0, 1000.0])
        with store.holdings("api", "1") as holdings:
            for each in held[7::100]:
                holdings.remove(each.id)
            del held[7::100]
            held[50] = replace(held[50], ends=4000.0, expires=4001.0)
            holdings.replace(held[50])
            held.append(living(100_000))
            holdings.add(held[-1])
        with store.holdings("api", "1") as holdings:
            assert_in_phases(holdings, held, "", [60.0, 3999.0, 4000.0, 100_005.0])


def test_of_accounts_that_hold_many_tasks_not_all_are_looked_at(lasting: str) -> None:
    with closing(open_store(lasting, PATIENCE)) as store:
        last = task("one more", arguments={"colour": "green"}, ends=9.0)
        store.list_by("api", KINDS)
        store.load(Kept(tuple(coloured(number) for number in range(LISTED))))
        with store.holdings("api", "1") as holdings:
            holdings.add(last)
    with tables(lasting) as connection:
        connection.execute(text(READABLE))
    with closing(open_store(lasting, PATIENCE)) as store, store.holdings("api", "1") as holdings:
        assert [each.id for each in line_of(holdings, "", of_colour("green")).walk(newest_first=True)] == ["one more"]
        assert line_of(holdings, "", of_colour("red")).page(Part(newest_first=True, skip=0, size=1)) == (
            [coloured(4095)],
            4096 // 3 + 1,
        )
        later = holdings.in_phases("", [Phase.RUNNING], 5.0)
        assert later is not None
        assert (len(later), later.page(Part(newest_first=False, skip=0, size=9))[0]) == (1, [last])
        with pytest.raises(KeyError):
            line_of(holdings, "", Trait("argument.size", "null", "1"))


def test_a_server_looks_anew_once_where_an_account_comes_to_hold_many_tasks(lasting: str) -> None:
    database = database_of(lasting)
    database.statements = replace(database.statements, sized="INSERT INTO looks VALUES (1)")
    with closing(SqlStore(database)) as store:
        with database.transaction() as session:
            session.run("CREATE TABLE looks (times INTEGER)")
        store.list_by("api", KINDS)
        with store.holdings("api", "1") as holdings:
            for number in range(LISTED):
                holdings.add(coloured(number))
        for expected in ([], [(1,)], [(1,)], [(1,)]):
            with database.look() as session:
                assert [*map(tuple, session.many("SELECT times FROM looks"))] == expected
            with store.holdings("api", "1") as holdings:
                if holdings.count() > LISTED:
                    holdings.remove(coloured(LISTED).id)
                holdings.add(coloured(LISTED))


def test_a_state_is_listed_as_it_is_loaded_and_none_of_it_is_read_again(lasting: str) -> None:
    database = database_of(lasting)
    database.statements = replace(database.statements, oldest_first="SELECT none")
    with closing(SqlStore(database)) as store:
        store.list_by("api", KINDS)
        held = [coloured(number) for number in range(2 * LISTED + 10)]
        store.load(Kept((*held, task("another", account="2"))))
        with store.holdings("api", "1") as holdings:
            assert line_of(holdings, "y", of_colour("blue")).page(ALL) == (held[1::6], len(held[1::6]))
            assert holdings.page("", Part(newest_first=True, skip=4100, size=2))[0] == held[::-1][4100:4102]
            assert (holdings.count("x"), holdings.count_unfinished(1.0)) == (len(held) // 2, len(held))


def test_all_tasks_of_an_account_that_an_older_version_filled_are_read_once(lasting: str) -> None:
    with closing(open_store(lasting, PATIENCE)) as store:
        store.load(Kept(tuple(coloured(number) for number in range(LISTED + 10))))
        with store.holdings("api", "1") as holdings:
            holdings.add(coloured(LISTED + 10))
        store.list_by("api", KINDS)
        with store.holdings("api", "1") as holdings:
            assert len(line_of(holdings, "", of_colour("red"))) == 1369
    with tables(lasting) as connection:
        connection.execute(text(READABLE))
    with closing(open_store(lasting, PATIENCE)) as store:
        store.list_by("api", KINDS)
        with store.holdings("api", "1") as holdings:
            for number in range(BEHIND + 1):
                holdings.add(coloured(LISTED + 11 + number))
        with store.holdings("api", "1") as holdings:
            assert len(line_of(holdings, "x", of_colour("red"))) == 728
            assert holdings.in_phases("", [Phase.RUNNING], 1.5) is not None
