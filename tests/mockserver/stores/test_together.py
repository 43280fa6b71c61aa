"""Is what comes together kept together, or not at all, and answered as if each request had come alone?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mockserver.accounts import FIRST, SECOND, Account
from mockserver.ids import new_key
from mockserver.noted import Noted
from mockserver.store import Outdated, Store, StoreError
from mockserver.stores.address import FILE
from mockserver.stores.opening import open_store
from mockserver.task import Task
from openapi.messages import Request, Response
from openapi.reasons import Reason
from tests.mockserver.cloud import Cloud, gather, specs, start
from tests.mockserver.stores.machines import Machines
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import ids, task

API, CREATE, LIST = "baidu-bls", "CreateDownloadTask", "ListDownloadTask"
CREATED = 201
# Fails once: what is done alone has a line in the journal by the third task.
FAILING = """
CREATE TRIGGER failing BEFORE INSERT ON mockserver_tasks
    WHEN (SELECT count(*) FROM mockserver_tasks) = 2 AND NOT EXISTS (SELECT 1 FROM mockserver_exchanges)
    BEGIN SELECT RAISE(ABORT, 'out of order'); END
"""
# Ends the connection when it is to be told that all is kept.
LOSING = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER losing AFTER INSERT ON mockserver_tasks
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose()
"""
WELL = "DROP TRIGGER losing ON mockserver_tasks"


@contextmanager
def opened(address: str) -> Iterator[tuple[Cloud, Store]]:
    """A mock, and its store."""
    with closing(open_store(address, PATIENCE)) as store:
        yield start({API: specs()[API]}, any_resource=True, store=store), store


def request(cloud: Cloud, account: Account = FIRST, name: str = CREATE, **changes: Any) -> Request:
    arguments = {**cloud.operation(API, name).example, **changes}
    made = cloud.make(API, name, **{key: value for key, value in arguments.items() if value is not None})
    return cloud.sign(made, API, name, account)


def statuses(cloud: Cloud, *requests: Request) -> list[int]:
    """What comes of requests that come together; 0: it has to be waited for."""
    found = gather(cloud.engine, *requests)
    return [each.status if isinstance(each, Response) else 0 for each in found]


def waited_for(cloud: Cloud, *requests: Request) -> list[int]:
    """The same, each as if another thread had waited for it."""
    found = gather(cloud.engine, *requests)
    return [each.status if isinstance(each, Response) else each().status for each in found]


def add_together(store: Store, *tasks: Task) -> None:
    with store.together(len(tasks)), store.holdings("api", "1") as holdings:
        for each in tasks:
            holdings.add(each)


def held(store: Store, account: Account = FIRST) -> int:
    with store.holdings(API, account.number) as holdings:
        assert holdings.count() == len([*holdings.tasks("", newest_first=False)])
        return holdings.count()


def noted(cloud: Cloud) -> list[tuple[int, int]]:
    """Number and status of what the journal has."""
    return [(each.number, each.response["status"]) for each in cloud.journal.find()]


def test_each_is_answered_and_all_are_kept(lasting: str) -> None:
    with opened(lasting) as (cloud, store):
        assert statuses(cloud, request(cloud), request(cloud)) == [CREATED] * 2
        assert statuses(cloud, request(cloud, SECOND)) == [CREATED]
        creates = [request(cloud, account) for account in (FIRST, SECOND, FIRST)]
        assert statuses(cloud, *creates) == [CREATED] * 3
        assert (held(store), held(store, SECOND)) == (4, 2)
        assert noted(cloud) == [(number, CREATED) for number in range(1, 7)]


def test_a_list_shows_what_was_created_just_before_it(lasting: str) -> None:
    with opened(lasting) as (cloud, _):
        listing = request(cloud, name=LIST, project=None, logStoreName=None)
        answers = gather(cloud.engine, listing, request(cloud), listing, request(cloud), listing)
        bodies = [each.body for each in answers if isinstance(each, Response) and isinstance(each.body, bytes)]
        assert [body.count(b'"taskUUID"') or body.count(b'"uuid"') for body in bodies[::2]] == [0, 1, 2]


def test_one_that_is_refused_costs_no_other_anything(lasting: str) -> None:
    with opened(lasting) as (cloud, store):
        unsigned = cloud.make(API, CREATE, **cloud.operation(API, CREATE).example)
        first, refused, last = statuses(cloud, request(cloud), unsigned, request(cloud))
        assert (first, last, held(store)) == (CREATED, CREATED, 2)
        assert noted(cloud) == [(1, CREATED), (2, refused), (3, CREATED)]


def test_where_one_cannot_be_kept_with_others_each_is_kept_alone(tmp_path: Path) -> None:
    with opened(f"{FILE}{tmp_path / 'mock.db'}") as (cloud, store):
        with closing(sqlite3.connect(tmp_path / "mock.db")) as other:
            other.execute(FAILING)
        assert waited_for(cloud, *[request(cloud)] * 4) == [CREATED] * 4
        assert held(store) == 4
        assert [status for _, status in noted(cloud)] == [CREATED] * 4


def test_of_what_may_be_kept_clients_are_told_that_it_failed_and_so_is_the_journal(database: str) -> None:
    with opened(database) as (cloud, store):
        assert statuses(cloud, request(cloud)) == [CREATED]
        with psycopg.connect(database, autocommit=True) as other:
            other.execute(LOSING)
            failed = waited_for(cloud, request(cloud), request(cloud))
            other.execute(WELL)
        assert statuses(cloud, request(cloud)) == [CREATED]
        assert held(store) == 2
        assert [each.reason for each in cloud.journal.find()].count(Reason.INTERNAL_ERROR) == len(failed) == 2
        assert [status for _, status in noted(cloud)] == [CREATED, *failed, CREATED]


def test_an_account_that_somebody_else_has_is_not_waited_for_by_whoever_has_one(database: str) -> None:
    with opened(database) as (cloud, store), opened(database) as (_, other):
        assert [*statuses(cloud, request(cloud)), *statuses(cloud, request(cloud, SECOND))] == [CREATED] * 2
        with other.holdings(API, SECOND.number):
            answers = gather(cloud.engine, request(cloud), request(cloud, SECOND), request(cloud))
        assert [isinstance(each, Response) for each in answers] == [True, False, True]
        assert [each().status for each in answers if not isinstance(each, Response)] == [CREATED]
        assert (held(store), held(store, SECOND)) == (3, 2)


def test_an_account_is_waited_for_by_those_who_ask_for_it_and_by_no_others(database: str) -> None:
    with opened(database) as (cloud, store), opened(database) as (_, other):
        assert [*statuses(cloud, request(cloud)), *statuses(cloud, request(cloud, SECOND))] == [CREATED] * 2
        with other.holdings(API, FIRST.number):
            answers = gather(cloud.engine, request(cloud), request(cloud, SECOND))
            first, second = (partial(each) if callable(each) else None for each in answers)
            assert first is not None
            assert second is None or second().status == CREATED
        assert first().status == CREATED
        assert (held(store), held(store, SECOND)) == (2, 2)


def test_a_connection_can_do_all_that_it_could_before_something_failed_on_it(database: str) -> None:
    with closing(open_store(database, PATIENCE)) as ours, closing(open_store(database, PATIENCE)) as theirs:
        add_together(theirs, task("a"))
        with pytest.raises(ZeroDivisionError), ours.together(2):
            raise ZeroDivisionError
        with ours.together(2), ours.holdings("api", "1"):
            pass
        with theirs.holdings("api", "1"), pytest.raises(Outdated), ours.together(2):
            ours.holdings("api", "1")  # which is asked for with what is not done after that
        with ours.together(2), ours.holdings("api", "1") as holdings:
            assert ids(holdings) == ["a"]


def test_what_all_share_is_not_changed_by_whoever_has_an_account(database: str) -> None:
    with opened(database) as (cloud, store):
        forged = request(cloud)
        signed = forged.headers["authorization"]
        forged = forged.with_headers({**forged.headers, "authorization": signed[:-1] + "01"[signed[-1] == "0"]})
        answers = gather(cloud.engine, request(cloud), forged, request(cloud))
        assert [isinstance(each, Response) for each in answers] == [True, False, True]
        refused = [each().status for each in answers if not isinstance(each, Response)]
        assert (held(store), [status for _, status in noted(cloud)]) == (2, [CREATED, CREATED, *refused])


def test_exchanges_in_doubt_are_taken_back_also_where_that_fails_at_first(database: str) -> None:
    with closing(open_store(database, PATIENCE)) as store, psycopg.connect(database, autocommit=True) as other:
        exchanges: Any = store.exchanges
        doubtful, later = (Noted(each, 1, "kind", 3, 0.5, new_key()) for each in (b"doubtful", b"later"))
        exchanges.add(doubtful, lambda _: None)
        exchanges.doubt([(doubtful, lambda _: None)])
        other.execute("ALTER TABLE mockserver_exchanges RENAME TO elsewhere")
        with pytest.raises(StoreError):
            exchanges.add(later, lambda _: None)
        other.execute("ALTER TABLE elsewhere RENAME TO mockserver_exchanges")
        exchanges.add(later, lambda _: None)
        assert [content for *_, content in exchanges.since(0).entries] == [b"later"]


def test_what_another_has_changed_meanwhile_is_looked_at_before_anything_is_kept(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    codes = [each.json["Response"].get("Error", {}).get("Code") for each in map(one.cloud.send, listings(one.cloud))]
    other.ask("POST", "/faults", {"api": "tencent-cls", "code": "InternalError", "operation": "DescribeExports"})
    codes += [each.json["Response"].get("Error", {}).get("Code") for each in map(one.cloud.send, listings(one.cloud))]
    assert codes == [None, "InternalError"]
    assert [each.number for each in one.cloud.journal.find()] == [1, 2]


def listings(cloud: Cloud) -> list[Request]:
    example = cloud.operation("tencent-cls", "DescribeExports").example
    made = cloud.make("tencent-cls", "DescribeExports", **example)
    return [cloud.sign(made, "tencent-cls", "DescribeExports")]


def test_what_one_process_knows_is_forgotten_when_another_changes_it(lasting: str) -> None:
    with opened(lasting) as (cloud, _), opened(lasting) as (other, store):
        listing = request(cloud, name=LIST, project=None, logStoreName=None)
        totals = list[int]()
        for step in (lambda: statuses(other, request(other)), store.reset, lambda: statuses(other, request(other))):
            totals.append(cloud.send(listing).json["result"]["total"])
            step()
        assert [*totals, cloud.send(listing).json["result"]["total"]] == [0, 1, 0, 1]


@pytest.mark.parametrize("having", [{}, {"scope": "x"}, {"same": "p"}])
def test_tasks_that_are_added_and_removed_together_are_there_or_gone(lasting: str, having: dict[str, str]) -> None:
    with closing(open_store(lasting)) as store, closing(open_store(lasting)) as other:
        for _ in range(2):
            with store.together(8), store.holdings("api", "1") as holdings:
                for name in "abcd":
                    holdings.add(task(name))
                holdings.add(task("e", ends=2.5, **having))
                for name in "abe":
                    holdings.remove(name)
                holdings.add(task("b", **having))
                assert [bool(store.find(name)) for name in "abcde"] == [False, True, True, True, False]
            for each in (store, other):
                with each.holdings("api", "1") as holdings:
                    assert (ids(holdings), holdings.count()) == (["c", "d", "b"], 3)
                    assert holdings.count(having.get("scope", "")) == (1 if "scope" in having else 3)
            with store.together(8), store.holdings("api", "1") as holdings:
                for name in "bcd":
                    holdings.remove(name)
            assert store.all_tasks() == other.all_tasks() == []


def test_an_id_is_given_once_also_to_tasks_that_come_together(lasting: str) -> None:
    with closing(open_store(lasting)) as store:
        with pytest.raises(StoreError):
            add_together(store, task("a"), task("a"))
        with store.holdings("api", "1") as holdings:
            assert (holdings.count(), ids(holdings)) == (0, [])


def test_numbers_of_several_apis_that_are_taken_together_are_kept_apart(tmp_path: Path) -> None:
    with closing(open_store(f"{FILE}{tmp_path / 'mock.db'}")) as store:
        assert store.next_number("one") == 1
        with store.together(4):
            taken = [store.next_number(api) for api in ("one", "other", "one", "other", "third")]
        assert taken == [2, 1, 3, 2, 1]
        assert [store.next_number(api) for api in ("one", "other", "third")] == [4, 3, 2]


def test_whoever_has_the_numbers_of_one_api_does_not_wait_at_a_server_for_those_of_another(database: str) -> None:
    with closing(open_store(database)) as store:
        with pytest.raises(Outdated), store.together(2):  # noqa: PT012 - what was taken before is given back, too
            assert store.next_number("one") == 1
            store.next_number("other")
        assert [store.next_number(api) for api in ("one", "other")] == [1, 1]


def test_numbers_that_are_taken_together_are_not_given_again(lasting: str) -> None:
    with closing(open_store(lasting)) as store, closing(open_store(lasting)) as other:
        with store.together(2):
            assert [store.next_number("api") for _ in range(3)] == [1, 2, 3]
        assert [each.next_number("api") for each in (store, other, store)] == [4, 5, 6]
