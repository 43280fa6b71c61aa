"""A mock that serves some of all APIs: is what it serves judged, by the command and by pytest?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.suite import Suite
from contracts.targets.served import specs_of
from mockserver import Server
from openapi.loader import load_all
from tests.contracts.test_servers_that_fail import CLOCK, answering, http
from tests.shell import LONGEST

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "acme-reports.yaml"
API, OTHER = "huawei-iotda", "tencent-cls"

Judge = Callable[..., tuple[int, str]]


def command(url: str, *apis: str) -> tuple[int, str]:
    """Exit code and output of `contracts run`, of the clauses about quotas."""
    return _done("contracts", "run", *apis, "--target", url, "-k", "quota")


def suite(url: str, *apis: str) -> tuple[int, str]:
    """The same of pytest."""
    chosen = [f"--contracts-api={api}" for api in apis]
    plain = ["-p", "contracts.plugin", "-p", "xdist", "-p", "no:cacheprovider", "-v"]
    return _done("pytest", *plain, "--pyargs", "contracts", "--contracts-target", url, *chosen, "-k", "quota")


def _done(module: str, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=LONGEST,
    )
    return done.returncode, done.stdout + done.stderr


def ids(of: Suite) -> list[str]:
    """Of all clauses."""
    return [each.id for each in of.clauses]


either = pytest.mark.parametrize("judge", [command, suite])


@either
def test_without_a_choice_what_a_mock_serves_is_judged_and_nothing_else(judge: Judge) -> None:
    with Server(API) as server:
        code, told = judge(server.url)
    assert code == 0, told
    assert API in told
    assert OTHER not in told


@either
def test_what_is_chosen_and_not_served_is_told_before_anything_is_judged(judge: Judge) -> None:
    with Server(API) as server:
        code, told = judge(server.url, API, OTHER)
        assert code == 2
        assert f"{server.url} serves huawei-iam, {API}, and not {OTHER}: start it with {OTHER}, or choose" in told


@either
def test_what_is_served_and_known_by_no_name_is_not_passed_over(judge: Judge) -> None:
    with Server(API, OWN) as server:
        code, told = judge(server.url)
        assert code == 2
        assert f"{server.url} serves {OWN.stem}, which is not known by its name alone: name the APIs to judge" in told
        assert judge(server.url, API)[0] == 0


def test_each_api_that_a_mock_serves_is_judged_whole() -> None:
    with Server(OTHER, API) as server:
        found = Suite(url=server.url)
        assert [*found.specs] == [API, OTHER, "huawei-iam"]
        assert ids(found) == [each.id for each in Suite().clauses if each.api in found.specs]


def test_a_spec_of_your_own_is_judged_at_a_mock_that_serves_it() -> None:
    with Server(OWN) as server:
        assert ids(Suite((OWN,), server.url)) == ids(Suite((OWN,)))


def test_a_mock_that_does_not_say_what_it_serves_is_judged_for_all() -> None:
    with answering(lambda _: http({"status": "ok", **CLOCK})) as url:
        assert ids(Suite(url=url)) == ids(Suite())
        assert [*Suite((API,), url).specs] == [API, "huawei-iam"]


def test_a_companion_can_be_all_that_is_served() -> None:
    assert [*specs_of("http://127.0.0.1:4010", frozenset({"huawei-iam"}))] == ["huawei-iam"]
    assert [*specs_of("http://127.0.0.1:4010", frozenset(load_all()))] == [*load_all()]
