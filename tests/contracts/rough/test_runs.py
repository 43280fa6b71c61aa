"""What comes of whole runs against an honest server whose network, gateway or clock is rough."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.contracts.bent import spec
from tests.contracts.rough.gateway import Rule, every, first, gateway
from tests.contracts.rough.misdeeds import (
    chunk,
    compress,
    cut_short,
    dribble,
    empty,
    fail,
    forget,
    half_close,
    redirect,
    reset,
    reset_after,
    throttle,
)
from tests.contracts.rough.server import Provider, Rough, fronted, provider
from tests.contracts.rough.wire import Seen

NAME = "tencent-cls"
SOME = "DescribeExports and maximum or CreateExport and status or Format and enum or DeleteExport and status"
ACTION = "x-tc-action"
MANGLED = [
    Rule(dribble, every(2)),
    Rule(compress, every(3)),
    Rule(chunk, every(5)),
    Rule(half_close, every(7)),
    Rule(forget, every(11)),
]
TORN = [Rule(reset, every(9)), Rule(reset_after, every(5), "DescribeExports"), Rule(cut_short, every(7), "Describe")]
ILL = [Rule(fail(502), every(7)), Rule(fail(503), every(11)), Rule(empty, every(13)), Rule(throttle("1"), every(17))]
ROUND = 0.25  # seconds by which a window is seen shorter on the way, as a busy machine reads a request late


@pytest.fixture(scope="module")
def behind() -> Iterator[Provider]:
    with provider(NAME, "--seconds", "0.4") as found:
        yield found


@pytest.fixture(scope="module")
def strict() -> Iterator[Provider]:
    """One whose clock is ten minutes behind, and that lets fewer calls through than is documented."""
    with provider(NAME, "--seconds", "0.4", "--skew", "-600", "--rate", "4") as found:
        yield found


def most_in_a_second(seen: Sequence[Seen]) -> Counter[str]:
    """The most calls of each operation that came within one second."""
    moments = defaultdict[str, list[float]](list)
    for each in seen:
        moments[each.headers.get(ACTION, "")].append(each.at)
    return Counter({name: max(_within(start, all_of) for start in all_of) for name, all_of in moments.items()})


def _within(start: float, moments: Sequence[float]) -> int:
    return sum(start <= each < start + 1 - ROUND for each in moments)


def assert_gentle(server: Rough) -> None:
    """No operation was called more often than is documented."""
    most = most_in_a_second(server.gateway.seen)
    for operation in spec(NAME).operations.values():
        for limit in operation.rate_limits:
            assert most[operation.id] <= limit.requests


def test_what_a_gateway_does_to_connections_and_encodings_changes_no_verdict(behind: Provider, tmp_path: Path) -> None:
    with fronted(behind, tmp_path, MANGLED) as server:
        found = server.run("-k", SOME)
        assert (found.code, len(found.ids("held"))) == (0, len(found.result["clauses"])), found.output
        assert found.result["clauses"]
        assert_gentle(server)


@pytest.mark.parametrize("rules", [TORN, ILL], ids=["torn", "ill"])
def test_noise_breaks_no_clause(rules: Sequence[Rule], behind: Provider, tmp_path: Path) -> None:
    with fronted(behind, tmp_path, rules) as server:
        found = server.run("-k", SOME)
        assert (found.code, found.ids("broken")) == (0, []), found.output
        assert found.ids("held")
        assert_gentle(server)


def test_a_clock_that_is_wrong_is_corrected_and_told_and_a_strict_server_is_waited_for(
    strict: Provider, tmp_path: Path
) -> None:
    with fronted(strict, tmp_path) as server:
        found = server.run("-k", SOME)
        assert (found.code, len(found.ids("held"))) == (0, len(found.result["clauses"])), found.output
        assert any("clock" in note for note in found.result["notes"])


@pytest.mark.parametrize("certificate", ["other-host", "expired", "self-signed"])
def test_nobody_is_told_anything_who_shows_a_wrong_certificate(
    certificate: str, behind: Provider, tmp_path: Path
) -> None:
    with fronted(behind, tmp_path, certificate=certificate) as server:
        found = server.run("-k", SOME)
        assert (found.code, server.gateway.seen) == (2, [])
        assert "certificate" in found.output
        assert "Traceback" not in found.output


@pytest.mark.parametrize("where", ["other host", "plain http", "same host"])
def test_redirects_are_followed_nowhere(where: str, behind: Provider, tmp_path: Path) -> None:
    with gateway() as other, fronted(behind, tmp_path) as server:
        own = server.gateway.url
        origin = {"other host": other.url, "plain http": own.replace("https", "http"), "same host": own}[where]
        server.gateway.rules = [Rule(redirect(origin))]
        found = server.run("-k", SOME)
        assert (found.code, found.ids("broken"), other.seen) == (2, [], [])
        assert "redirect" in found.output.lower()
        assert not any(
            secret in found.output for secret in (server.holders["first"].secret, server.holders["first"].token)
        )


def test_no_more_is_sent_or_created_than_the_budget_says(behind: Provider, tmp_path: Path) -> None:
    with fronted(behind, tmp_path, [Rule(fail(502), every(10))]) as server:
        found = server.run("--max-examples", "4", budget={"requests": 60, "tasks": 3})
        assert found.ids("broken") == [], found.output
        assert 40 <= len(server.gateway.seen) <= 60
        assert found.result["spent"]["tasks"]["used"] <= 3
        assert found.result["journal"]["left"] == []
        assert_gentle(server)


def test_generated_requests_to_a_rough_server_find_nothing(behind: Provider, tmp_path: Path) -> None:
    rules = [Rule(fail(502), first(2)), Rule(reset, every(12)), Rule(compress, every(3))]
    with fronted(behind, tmp_path, rules) as server:
        chosen = ("-k", "DescribeExports and conformance or sequences", "--max-examples", "8")
        found = server.run(*chosen, budget={"requests": 400, "tasks": 8})
        assert found.ids("broken") == [], found.output
        assert f"{NAME}/DescribeExports/conformance" in found.ids("held"), found.reasons
        assert len(server.gateway.seen) <= 400
        assert_gentle(server)
