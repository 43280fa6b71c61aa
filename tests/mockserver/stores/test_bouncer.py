"""Behind PgBouncer: does a mock do all that it does without, and is it told at the start where it could not?"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from mockserver.store import StoreError
from mockserver.stores.postgresql import PostgresqlDatabase
from mockserver.stores.sql import SqlStore
from openapi.reasons import Reason
from tests.mockserver.cloud import assert_refused, specs, start
from tests.mockserver.stores.bouncer import Bouncer, NoBouncer, bouncer, version
from tests.mockserver.stores.races import PATIENCE, mocks, race_for_room

API, CREATE = "huawei-iotda", "CreateExportTask"
APART = (1, 22)  # the version from which it can keep the statements of its clients apart
SETTINGS = ("statement_timeout", "plan_cache_mode", "enable_seqscan")
Begin = Callable[..., tuple[Bouncer, str]]


@pytest.fixture(scope="module")
def can_keep_apart() -> bool:
    """Whether the bouncer can keep the statements of its clients apart."""
    try:
        return version() >= APART
    except NoBouncer as error:
        pytest.skip(str(error))


@pytest.fixture
def begin(can_keep_apart: bool, server: Path, database: str) -> Iterator[Begin]:  # noqa: ARG001, FBT001 - or it skips
    """Begins a bouncer, and answers it with the URL of an empty database behind it."""
    with ExitStack() as leaving:

        def begun(mode: str, **settings: object) -> tuple[Bouncer, str]:
            made = leaving.enter_context(bouncer(server, mode, **settings))
            return made, made.url(str(psycopg.conninfo.conninfo_to_dict(database)["dbname"]))

        yield begun


def test_of_pooled_sessions_each_has_the_settings_of_a_mock(begin: Begin) -> None:
    _, url = begin("session")
    with closing(PostgresqlDatabase(url, 0.5)) as made, made.look() as session:
        assert [session.one(f"SHOW {name}") for name in SETTINGS] == [("500ms",), ("force_generic_plan",), ("off",)]


def test_pooled_sessions_are_one_mock(begin: Begin) -> None:
    _, url = begin("session")
    with mocks(url, 2) as clouds:
        assert race_for_room(clouds) == (5, 5)


def test_a_bouncer_that_was_killed_is_found_again(begin: Begin) -> None:
    made, url = begin("session")
    with closing(PostgresqlDatabase(url, PATIENCE)) as database:
        cloud = start({API: specs()[API]}, any_resource=True, store=SqlStore(database))
        assert cloud.example(API, CREATE).status == 201
        made.kill()
        assert_refused(cloud.example(API, CREATE), API, CREATE, Reason.INTERNAL_ERROR)
        made.start()
        assert cloud.example(API, CREATE).status == 201


def test_pooled_transactions_are_refused_where_statements_are_mixed_up(begin: Begin, *, can_keep_apart: bool) -> None:
    _, url = begin("transaction", **({"max_prepared_statements": 0} if can_keep_apart else {}))
    for _ in range(2):  # also where another has left its statements behind
        with pytest.raises(StoreError, match="has to pool sessions"):
            PostgresqlDatabase(url, PATIENCE)


def test_pooled_transactions_are_one_mock_where_statements_are_kept_apart(
    begin: Begin, *, can_keep_apart: bool
) -> None:
    if not can_keep_apart:
        pytest.skip("this PgBouncer cannot keep the statements of its clients apart")
    _, url = begin("transaction", max_prepared_statements=100)
    with mocks(url, 2) as clouds:
        assert race_for_room(clouds) == (5, 5)
