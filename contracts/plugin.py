"""The pytest plugin: one item per clause, its options, and what it says of a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SUITE_FILE = HERE / "test_clauses.py"
SUITE = pytest.StashKey[Any]()  # where a config keeps the suite
VERDICT = "contracts_judgement"  # the attribute of a report that holds the entry of the result file


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run; all of them start with --contracts."""
    group = parser.getgroup("contracts", "documented promises of cloud APIs")
    group.addoption("--contracts-target", metavar="URL", default="", help="the server under test (default: a mock)")
    group.addoption("--contracts-profile", metavar="FILE", default="", help="accounts and resources of a real endpoint")
    group.addoption(
        "--contracts-api",
        metavar="API",
        action="append",
        default=[],
        help="an API; without any, all that a mock serves",
    )
    group.addoption("--contracts-spec", metavar="FILE", action="append", default=[], help="a spec of your own")
    group.addoption("--contracts-seed", metavar="N", type=int, default=0, help="of generated requests (default: 0)")
    group.addoption(
        "--contracts-max-examples", metavar="N", type=int, default=25, help="generated requests per operation"
    )
    group.addoption("--contracts-journal", metavar="FILE", default="", help="of what a real endpoint is to create")
    group.addoption("--contracts-journal-dir", metavar="DIR", default=".", help="of a journal that has no other name")
    group.addoption("--contracts-quick", action="store_true", help="leave out what hundreds of requests are needed for")
    group.addoption("--contracts-shard", metavar="I/N", default="", help="only this part of the clauses: 1/4, 2/4 …")
    group.addoption("--contracts-resume", metavar="FILE", default="", help="a result whose judged clauses are left out")
    group.addoption("--contracts-yes", action="store_true", help="contact a host that is not this machine")
    group.addoption("--contracts-kill-file", metavar="FILE", default="", help="its appearance ends a run in order")
    group.addoption(
        "--contracts-wait-up-to", metavar="SECONDS", type=float, default=120.0, help="what a clause may wait in all"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The clauses, in the place of the suite's file."""
    return ClauseFile.from_parent(parent, path=file_path) if file_path == SUITE_FILE else None


def pytest_configure(config: pytest.Config) -> None:
    """Several workers cannot share the one clock of a mock that all of them drive. Raises UsageError."""
    option = config.getoption
    if option("--contracts-shard"):
        _shard(config)
    if option("numprocesses", None) and (option("--contracts-target") or option("--contracts-profile")):
        raise pytest.UsageError("-n needs the embedded mock: the workers would move the clock of one target by turns")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the target."""
    if SUITE in config.stash:
        config.stash[SUITE].close()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Any:
    """On a real endpoint the first Ctrl-C ends the run in order, and only the second one at once."""
    if not _has_clauses(session.items):
        return (yield)
    suite = suite_of(session.config)
    with suite.stop.listening() if suite.profile_path else nullcontext():
        return (yield)


@pytest.hookimpl(trylast=True)  # when -k has had its say
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only the chosen part of the clauses; the longest first where workers share them, so that all end together."""
    if not _has_clauses(items):
        return
    from contracts.sharding import part, weight

    if config.getoption("--contracts-shard"):
        chosen = part([item.clause for item in items if isinstance(item, ClauseItem)], _shard(config))
        _leave_out(config, items, lambda clause: clause.id not in chosen)
    if config.getoption("--contracts-resume"):
        from contracts.resuming import judged, read_earlier

        done = {entry["id"] for entry in judged(read_earlier(Path(config.getoption("--contracts-resume"))))}
        _leave_out(config, items, lambda clause: clause.id in done)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: -weight(item.clause) if isinstance(item, ClauseItem) else 0)


def _has_clauses(items: Iterable[pytest.Item]) -> bool:
    """Whether there is something to judge: the tests of others load nothing of the suite."""
    return any(isinstance(item, ClauseItem) for item in items)


def _leave_out(config: pytest.Config, items: list[pytest.Item], is_meant: Callable[[Any], bool]) -> None:
    left = [item for item in items if isinstance(item, ClauseItem) and is_meant(item.clause)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _shard(config: pytest.Config) -> Any:
    from contracts.sharding import parse_shard

    try:
        return parse_shard(config.getoption("--contracts-shard"))
    except ValueError as error:
        raise pytest.UsageError(f"--contracts-shard: {error}") from error


def suite_of(config: pytest.Config) -> Any:
    """The suite that the options of a run ask for, the same for all of its items. Raises UsageError."""
    from contracts.calls.client import Run
    from contracts.safety.keeping import Keeping
    from contracts.safety.stops import Stop
    from contracts.suite import Suite

    if SUITE not in config.stash:
        option = config.getoption
        config.stash[SUITE] = Suite(
            apis=(*option("--contracts-api"), *map(Path, option("--contracts-spec"))),
            url=option("--contracts-target"),
            profile_path=option("--contracts-profile"),
            consented=option("--contracts-yes"),
            stop=Stop(Path(option("--contracts-kill-file")) if option("--contracts-kill-file") else None),
            keeping=Keeping(option("--contracts-journal"), option("--contracts-journal-dir")),
            run=Run(option("--contracts-seed"), option("--contracts-max-examples"), option("--contracts-wait-up-to")),
        )
    return config.stash[SUITE]


class ClauseFile(pytest.File):
    """All clauses of the chosen APIs."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item per clause; none when there is no server to judge."""
        from contracts.frugality import cheap_first
        from contracts.safety.journal import JournalError
        from contracts.sharding import FUZZED
        from contracts.target import Unavailable, Unreachable

        suite = suite_of(self.config)
        try:
            found = suite.clauses
            if suite.url or suite.profile_path:
                _ = suite.target
        except (ValueError, JournalError, Unavailable, Unreachable) as error:  # what cannot be used
            raise self.CollectError(str(error)) from error
        left_out = FUZZED if self.config.getoption("--contracts-quick") else ()
        kept = [clause for clause in found if clause.kind not in left_out]
        kept = kept if suite.is_mock else cheap_first(kept)
        return [ClauseItem.from_parent(self, name=clause.id, clause=clause) for clause in kept]


class ClauseItem(pytest.Item):
    """One clause."""

    def __init__(self, clause: Any, **arguments: Any) -> None:
        from contracts.sharding import TOGETHER, group

        super().__init__(**arguments)
        self.clause = clause
        self.found: Any = None
        self.extra_keyword_matches |= {clause.kind.value, clause.standing}  # for -k
        if clause.kind in TOGETHER and self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(group(clause)))

    def runtest(self) -> None:
        """Judge it: nothing is raised when it is held."""
        from contracts.judgement import Verdict, failure_text
        from contracts.severity import Severity
        from contracts.suite import Lost

        try:
            self.found = suite_of(self.config).judge(self.clause)
        except Lost as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.TESTS_FAILED)
        if self.found.severity is Severity.WARNING:
            pytest.xfail(f"a warning: expected {self.found.reason}; received {self.found.received}")
        if self.found.verdict is Verdict.BROKEN:
            raise BrokenClause(failure_text(self.found))
        if self.found.verdict is Verdict.NOT_OBSERVED:
            pytest.skip(self.found.reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The promise, what was expected and what came; a traceback only for a mistake of our own."""
        if isinstance(excinfo.value, BrokenClause):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style or "short")  # without the values of arguments

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, and what it is called."""
        return SUITE_FILE, None, self.name


class BrokenClause(AssertionError):
    """A clause that the server does not keep."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Let the report carry the entry of the result file, also from one process to another."""
    report = yield
    if isinstance(item, ClauseItem):
        from contracts.redaction.reports import entry_without, report_without

        redactor = suite_of(item.config).redactor
        if call.when == "call" and item.found is not None:
            setattr(report, VERDICT, entry_without(item.found.as_json(), redactor))
        report_without(report, redactor)
    return report
