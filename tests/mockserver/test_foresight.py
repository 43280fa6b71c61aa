"""Is what was foreseen of a request only what still holds when it is its turn?"""

from dataclasses import replace

import pytest

from mockserver.accounts import FIRST, Account
from mockserver.authentication import Gatekeeper
from mockserver.foresight import Foreseen
from mockserver.gathering import LARGE, Gathering
from mockserver.memory import MemoryStore
from openapi.messages import Request, Response
from tests.mockserver.cloud import Answer, Cloud, assert_refused, operations, specs, start, with_headers

API = "huawei-iotda"
CREATE = (API, "CreateExportTask")
NEW = Account("300000000001", "New", "New", replace(FIRST.key, key_id="AKIDNEW"), "b" * 32, "TOKENNEW", "PASSWORDNEW")


@pytest.fixture
def own() -> Cloud:
    """A mock whose accounts nobody else has."""
    return start({API: specs()[API]})


def request(cloud: Cloud, account: Account = FIRST, **changes: object) -> Request:
    arguments = {**cloud.operation(*CREATE).example, "project_id": account.project, **changes}
    return cloud.sign(cloud.make(*CREATE, **arguments), *CREATE, account)


def answer(cloud: Cloud, foreseen: Foreseen) -> Answer:
    found = cloud.engine.begin(foreseen.request, foreseen)
    assert isinstance(found, Response)
    assert isinstance(found.body, bytes)
    return Answer(found.status, found.headers, found.body)


@pytest.mark.parametrize(("api", "operation"), operations())
def test_what_is_foreseen_is_what_is_found_out_otherwise(cloud: Cloud, api: str, operation: str) -> None:
    asked = cloud.sign(cloud.make(api, operation, **cloud.ready(api, operation)), api, operation)
    foreseen = cloud.engine.foresee(asked)
    assert foreseen.route is not None
    assert foreseen.arguments is not None
    assert foreseen.route.operation == cloud.engine.specs[api].operations[operation]
    assert (foreseen.proof is None) == (not cloud.operation(api, operation).schemes)


def test_what_was_foreseen_is_not_looked_at_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    foreseen = cloud.engine.foresee(request(cloud))
    monkeypatch.setattr(Gatekeeper, "_is_signed", lambda *_: pytest.fail("looked at a signature once more"))
    assert answer(cloud, foreseen).status == 201


@pytest.mark.parametrize("size", [LARGE, LARGE + 1])
def test_a_large_body_is_read_where_it_holds_up_nobody(own: Cloud, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    asked = own.make(*CREATE, **own.operation(*CREATE).example)
    asked = own.sign(replace(asked, body=asked.body.ljust(size)), *CREATE)
    assert Gathering(own.engine).foresee(asked).arguments is not None
    monkeypatch.setattr(MemoryStore, "is_slow", True)
    assert (Gathering(own.engine).foresee(asked).arguments is None) == (size > LARGE)


def test_whose_secret_was_changed_meanwhile_is_refused(own: Cloud) -> None:
    foreseen = own.engine.foresee(request(own))
    changed = replace(FIRST, key=replace(FIRST.key, secret="ANOTHER"))
    own.engine.accounts.load([changed])
    assert_refused(answer(own, foreseen), *CREATE, "wrong-signature")


@pytest.mark.parametrize("secret", ["", "SECRETNEW"])
def test_a_wrong_signature_is_not_taken_for_any_secret(own: Cloud, secret: str) -> None:
    own.engine.accounts.add(replace(NEW, key=replace(NEW.key, secret="OTHER")))
    foreseen = own.engine.foresee(request(own, NEW))
    assert (foreseen.proof, foreseen.arguments) == (None, None)
    own.engine.accounts.load([replace(NEW, key=replace(NEW.key, secret=secret))])
    assert_refused(answer(own, foreseen), *CREATE, "wrong-signature")


def test_nothing_more_is_read_for_those_whom_nobody_knows(own: Cloud) -> None:
    strange = with_headers(own.make(*CREATE, **own.operation(*CREATE).example), x_auth_token="NOTATOKEN")
    unsigned = with_headers(strange, x_auth_token=None)
    for each in (request(own, NEW), strange, unsigned):
        assert own.engine.foresee(each).arguments is None
    assert own.engine.foresee(with_headers(strange, x_auth_token=FIRST.token)).arguments is not None


def test_a_secret_is_not_shown(own: Cloud) -> None:
    foreseen = own.engine.foresee(request(own))
    assert foreseen.proof is not None
    assert foreseen.proof.secret == FIRST.key.secret
    assert FIRST.key.secret not in repr(foreseen)


def test_what_it_took_is_a_part_of_what_the_engine_took(own: Cloud) -> None:
    foreseen = own.engine.foresee(request(own))
    assert foreseen.seconds > 0
    assert answer(own, replace(foreseen, seconds=1000.0)).status == 201
    assert 1000 < own.last().seconds < 1060


def test_who_became_known_meanwhile_is_let_in(own: Cloud) -> None:
    foreseen = own.engine.foresee(request(own, NEW))
    assert_refused(answer(own, foreseen), *CREATE, "unknown-key")
    own.engine.accounts.add(NEW)
    assert answer(own, foreseen).status == 201


def test_what_is_asked_wrongly_is_refused_in_its_turn(cloud: Cloud) -> None:
    wrong = request(cloud, resource_type="nothing")
    assert cloud.engine.foresee(wrong).arguments is None
    assert_refused(answer(cloud, cloud.engine.foresee(wrong)), *CREATE, "not-in-enum")
    unsigned = with_headers(wrong, authorization=f"{wrong.headers['authorization'][:-4]}0000")
    assert_refused(answer(cloud, cloud.engine.foresee(unsigned)), *CREATE, "wrong-signature")
    nowhere = Request("GET", "/nowhere", "", {"host": wrong.headers["host"]})
    assert answer(cloud, cloud.engine.foresee(nowhere)).status == 404
