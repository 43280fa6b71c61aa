"""A run that would get nowhere is not begun: one clear line, and hardly anything sent."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from contracts.calls.client import Run
from contracts.judgement import Judgement, Verdict
from contracts.preflight import Unfit
from contracts.profiles import Allowance, Budget, Profile, load_draft
from contracts.safety.guard import Clock, guard_of
from contracts.safety.stops import Stop
from contracts.suite import Lost, Suite
from contracts.target import Account, Unreachable
from openapi.messages import Credentials
from tests.contracts.bent import all_clauses, spec
from tests.contracts.planning.plans import write

NAME = "tencent-cls"
LISTED = {"Response": {"TotalCount": 0, "Exports": [], "RequestId": "r"}}
PROFILE = Profile(
    api=NAME,
    accounts={
        "first": Account(Credentials("AKIDFIRST", "first secret")),
        "second": Account(Credentials("AKIDSECOND", "second secret")),
        "isolated": Account(Credentials("AKIDISOLATED", "third secret")),
    },
    resources={"topic": {"": ("good-topic",)}},
    allow=Allowance(),
    budget=Budget(requests=1000),
)


def refusal(code: str, message: str = "m") -> dict[str, object]:
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "r"}}


@dataclass
class Server:
    """Answers what is written for a word in the request, and keeps what it was asked."""

    answers: dict[str, object] = field(default_factory=dict[str, object])  # by a word of the request
    usual: object = field(default_factory=lambda: LISTED)
    location: str = ""  # to which everything is redirected
    asked: list[str] = field(default_factory=list[str])

    def answer(self, text: str) -> object:
        self.asked.append(text)
        if "authorization:" not in text.lower():
            return refusal("AuthFailure.SecretIdNotFound")
        return next((body for word, body in self.answers.items() if word in text), self.usual)

    @property
    def signed(self) -> list[str]:
        return [each for each in self.asked if "authorization:" in each.lower()]


class Handler(BaseHTTPRequestHandler):
    """One connection of a server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server_: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        raw = json.dumps(self.server_.answer(f"{self.headers}{body}")).encode()
        self.send_response_only(302 if self.server_.location else 200)
        self.send_header("Content-Type", "text/html" if self.server_.location else "application/json")
        if self.server_.location:
            self.send_header("Location", self.server_.location)
            raw = b"moved"
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"server_": server})) as found:
        found.daemon_threads = True
        thread = Thread(target=found.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


@contextmanager
def facing(server: Server, profile: Profile = PROFILE, stop: Stop | None = None) -> Iterator[Suite]:
    """A suite that judges the server, and waits for nothing."""
    with serving(server) as url, closing(Suite((NAME,), url, "profile.yaml", Run())) as suite:
        suite.stop = stop or Stop()
        suite.__dict__["profile"] = profile
        suite.__dict__["guard"] = guard_of(profile, url, suite.stop, Clock(sleep=lambda _: None))
        yield suite


def test_credentials_that_are_taken_are_asked_for_once() -> None:
    server = Server()
    with facing(server) as suite:
        assert not suite.target.is_mock
    assert [sum(key in each for each in server.signed) for key in ("AKIDFIRST", "AKIDSECOND", "AKIDISOLATED")] == [
        2,
        1,
        0,
    ]


def test_wrong_credentials_are_told_with_the_documented_code_and_tried_once() -> None:
    server = Server({"AKIDFIRST": refusal("AuthFailure.SignatureFailure", "no such luck")})
    with facing(server) as suite, pytest.raises(Unfit) as raised:
        _ = suite.target
    assert "refuses the credentials of the account 'first': AuthFailure.SignatureFailure “no such luck”" in str(
        raised.value
    )
    assert str(raised.value).endswith(", documented for unauthenticated, wrong-signature; they were tried once")
    assert len(server.signed) == 1


def test_the_second_account_is_named_where_it_is_refused() -> None:
    server = Server({"AKIDSECOND": refusal("AuthFailure.SecretIdNotFound")})
    with facing(server) as suite, pytest.raises(Unfit, match=r"the account 'second': AuthFailure\.SecretIdNotFound"):
        _ = suite.target


def test_a_resource_that_does_not_exist_is_told() -> None:
    server = Server({"good-topic": refusal("ResourceNotFound.TopicNotExist", "no topic")})
    with facing(server) as suite, pytest.raises(Unfit) as raised:
        _ = suite.target
    assert "resources.topic: " in str(raised.value)
    assert (
        "does not take good-topic: ResourceNotFound.TopicNotExist “no topic” (documented for one that is missing)"
        in str(raised.value)
    )


def test_a_redirect_is_told_and_leads_no_credentials_elsewhere() -> None:
    server = Server(location="https://other.example.com/login")
    with facing(server) as suite, pytest.raises(Unreachable) as raised:
        _ = suite.target
    said = "redirects to https://other.example.com, which is not followed: credentials go to the address that you give"
    assert said in str(raised.value)
    assert server.signed == []


def test_a_kill_file_that_is_there_already_is_told(tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    suite = Suite((NAME,), "http://127.0.0.1:9", "profile.yaml", Run(), stop=Stop(tmp_path / "stop"))
    suite.__dict__["profile"] = PROFILE
    with pytest.raises(ValueError, match="exists, so the run would end before it begins: remove it first"):
        _ = suite.target


def test_a_profile_may_name_a_kill_file_beside_it_and_the_command_line_another(tmp_path: Path) -> None:
    path = write(tmp_path, **{"kill-file": "stop"})
    found = load_draft(path, {NAME: spec(NAME)})
    assert found.kill_file == tmp_path / "stop"
    (tmp_path / "stop").touch()
    for given in (Stop(), Stop(tmp_path / "another")):
        suite = Suite((NAME,), "http://127.0.0.1:9", "profile.yaml", Run(), stop=given)
        suite.__dict__["profile"] = replace(PROFILE, kill_file=found.kill_file)
        assert (suite.stop.kill_file is None) is (given.kill_file is None)
        if given.kill_file is None:
            with pytest.raises(ValueError, match=f"{tmp_path / 'stop'} exists, so the run would end before it begins"):
                _ = suite.target
        else:
            assert suite.guard is not None


def judge(suite: Suite, name: str) -> Judgement:
    return suite.judge(next(each for each in all_clauses(NAME) if each.id == f"{NAME}/{name}"))


LIMIT = "DescribeExports/Limit/maximum"


def test_a_token_that_expires_in_the_middle_ends_the_run_and_breaks_no_clause() -> None:
    server = Server()
    with facing(server) as suite:
        assert not suite.target.is_mock
        before = len(server.asked)
        server.usual = refusal("AuthFailure.TokenFailure", "Token verification failed.")
        with pytest.raises(Lost, match=r"refuses the credentials of the account 'first': AuthFailure\.TokenFailure"):
            judge(suite, "DescribeExports/status")
        assert len(server.asked) - before < 10


def test_clauses_are_not_observed_once_the_budget_is_spent_and_nothing_more_is_sent() -> None:
    server = Server()
    with facing(server, replace(PROFILE, budget=Budget(requests=8))) as suite:
        found = [judge(suite, LIMIT) for _ in range(5)]
        assert len(server.asked) <= 8
        assert suite.guard is not None
        assert suite.guard.over == "the budget of 8 requests is spent"
    assert (found[-1].verdict, found[-1].reason) == (Verdict.NOT_OBSERVED, "the budget of 8 requests is spent")
    assert len(server.asked) == 8


def test_what_needs_to_be_allowed_is_not_observed_and_the_entry_is_named() -> None:
    server = Server()
    with facing(server) as suite:
        found = judge(suite, "CreateExport/Count/maximum")
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason == "the profile does not allow CreateExport: allow.create"
    assert not any('"Count"' in each for each in server.asked)


def test_a_stop_ends_the_run_before_the_next_clause() -> None:
    server, stop = Server(), Stop()
    with facing(server, stop=stop) as suite:
        _ = suite.target
        stop.ask("interrupted")
        before = len(server.asked)
        with pytest.raises(Lost, match=r"^interrupted$"):
            judge(suite, LIMIT)
        assert len(server.asked) == before
