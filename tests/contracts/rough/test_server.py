"""Is the server behind the gateway as a provider is: no control plane, accounts and a clock of its own?"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from contracts.calls.client import Api
from contracts.profiles import load_profile
from contracts.safety.guard import guard_of
from contracts.target import Account
from contracts.targets.cloud import Cloud
from contracts.targets.http import Http
from mockserver.accounts import FIRST
from openapi.messages import Request, Response
from tests.contracts.bent import spec
from tests.contracts.rough.accounts import environment_of
from tests.contracts.rough.server import Rough, rough

NAME = "tencent-cls"
MINUTES = 600.0  # seconds


def get(url: str, path: str) -> Response:
    with closing(Http(url)) as wire:
        return wire.send(Request("GET", path, headers={"host": url.partition("://")[2]}))


@contextmanager
def opened(server: Rough) -> Iterator[Api]:
    """A client of the first account, by the profile."""
    url, profile = server.gateway.url, load_profile(server.profile(), environment_of(server.holders))
    with closing(Cloud(url, Http(url), profile, guard_of(profile, url), 9)) as target:
        yield Api(target, spec(NAME))


def test_it_has_no_control_plane_and_knows_its_own_accounts_alone(tmp_path: Path) -> None:
    with rough(NAME, tmp_path, certificate="") as server, opened(server) as api:
        assert b"mock" not in bytes(get(server.gateway.url, "/_mock/health").body)  # type: ignore[arg-type]
        assert api.call(api.operation("DescribeExports")).accepted
        assert not api.call(api.operation("DescribeExports"), sign_as=Account(FIRST.key)).accepted


def test_its_clock_may_be_ahead(tmp_path: Path) -> None:
    options = ["--skew", f"{MINUTES}"]
    with rough(NAME, tmp_path, certificate="", options=options) as server, opened(server) as api:
        ahead = parsedate_to_datetime(get(server.gateway.url, "/").headers["date"]) - datetime.now(UTC)
        assert MINUTES - 5 < ahead.total_seconds() < MINUTES + 5
        assert api.call(api.operation("DescribeExports")).error_code == "AuthFailure.SignatureExpire"


def test_a_task_ends_within_a_moment_of_real_time(tmp_path: Path) -> None:
    with rough(NAME, tmp_path, certificate="", options=["--seconds", "0.4"]) as server:
        outcome = server.run("-k", "succeeded and phase and not action")
        assert (outcome.code, outcome.ids("held")) == (0, [f"{NAME}/succeeded/phase"]), outcome.output
        assert server.gateway.troubles == []
