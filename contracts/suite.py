"""What a run is made of: the specs and their clauses, and the target."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from contracts.calls.client import Api, Reader, Run
from contracts.calls.shared import Shared
from contracts.judgement import Judgement, Verdict, judge
from contracts.preflight import look_ahead, refusal_of_credentials
from contracts.profiles import Profile, ProfileError, api_of, load_profile
from contracts.readings import Readings
from contracts.redaction import OPEN, Redactor, redactor_of
from contracts.safety.consent import Unconsented, check_address, foreign_host
from contracts.safety.guard import Guard, guard_of
from contracts.safety.journal import JournalError
from contracts.safety.keeping import Keeping
from contracts.safety.stops import Stop, Stopped
from contracts.target import Account, Target, Unavailable, Unreachable
from contracts.targets import CONTROL_TOKEN, Choice, count_tasks, open_target, served_by
from contracts.targets.cloud import Cloud
from contracts.targets.served import require_served, specs_of
from openapi.clauses import Clause, clauses
from openapi.loader import load_all
from openapi.model import Spec
from openapi.release import release

if TYPE_CHECKING:  # what a cassette needs is imported when there is to be one
    from contracts.cassettes.recording import Recording

PATIENCE = 3  # clauses in a row that the target leaves unanswered before it is given up


class Lost(Exception):
    """The run is over before everything was judged; the message says why."""


@dataclass
class Suite:
    """All clauses of the chosen APIs, judged on one target, which is opened when the first of them is."""

    apis: tuple[str | Path, ...] = ()  # names, or paths of YAML files; empty: all that there may be
    url: str = ""
    profile_path: str = ""
    run: Run = field(default_factory=Run)
    readers: dict[tuple[str, str], Reader] = field(default_factory=dict[tuple[str, str], Reader])
    readings: dict[str, Readings] = field(default_factory=dict[str, Readings])  # by API
    shared: dict[Spec, Shared] | None = field(
        default_factory=dict[Spec, Shared]
    )  # each edition of a spec has its own; None: nothing is shared
    unanswered: int = 0  # clauses in a row
    stop: Stop = field(default_factory=Stop)  # ends a run on a real endpoint early
    consented: bool = False  # whether somebody said that a host may be contacted that is not this machine
    keeping: Keeping = field(default_factory=Keeping)  # of the journal
    cassette: Path | None = None  # where all exchanges are kept
    recording: Recording | None = None  # what keeps them, once the target was opened

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """The specs and their companions, by name. Raises Unreachable, ValueError.

        If none is chosen: that of the profile, those that the mock at the address serves, or all of the package.
        """
        if self.apis or self.profile_path:
            return load_all(self.apis or (api_of(Path(self.profile_path)),))
        return specs_of(self.url, self.served)

    @cached_property
    def served(self) -> frozenset[str]:
        """The APIs that the mock at the address serves; empty without one, and where it does not say.

        Raises Unreachable, ValueError.
        """
        if not self.url or not self.is_mock:
            return frozenset()
        self.check_address()
        return served_by(self.url.rstrip("/"), os.environ.get(CONTROL_TOKEN, ""))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, API by API; of a real endpoint only those of its own API, as companions live elsewhere.

        Raises Unreachable, ValueError, also where a mock does not serve what was chosen.
        """
        require_served(self.url, self.specs, self.served)
        judged = [spec for name, spec in self.specs.items() if name == self.profile.api or self.is_mock]
        return tuple(clause for spec in judged for clause in clauses(spec))

    @cached_property
    def profile(self) -> Profile:
        """What is known of a real endpoint. Raises ProfileError."""
        if not self.profile_path:
            return Profile()
        profile = self.load_profile()
        others = [str(each) for each in self.apis if Path(each).stem != profile.api]
        if others:
            raise ProfileError(f"{self.profile_path}: is a profile of {profile.api} alone, not of {', '.join(others)}")
        return profile

    def load_profile(self) -> Profile:
        """What stands in the profile, with the credentials that it leads to. Raises ProfileError."""
        return load_profile(Path(self.profile_path), os.environ, self.specs)

    @cached_property
    def guard(self) -> Guard | None:
        """What stands between the checks and a real endpoint; None where a mock is judged. Raises ValueError."""
        if not self.profile.accounts:
            return None
        self.stop.kill_file = self.stop.kill_file or self.profile.kill_file
        if self.stop.kill_file is not None and self.stop.kill_file.exists():
            raise ValueError(f"{self.stop.kill_file} exists, so the run would end before it begins: remove it first")
        return guard_of(self.profile, self.url or self.profile.target, self.stop)

    @cached_property
    def target(self) -> Target:
        """The server under test. Raises Unreachable, Unavailable, JournalError, ValueError."""
        target = self.open_target()
        if self.guard is not None:
            self._look_ahead(target, self.guard)
        if isinstance(target, Cloud) and self.profile.allow.create:
            specs = {self.profile.api: self.specs[self.profile.api]}
            target.journal = self.keeping.open(target, self.profile_path, specs, (*self.profile.accounts,))
        return self._kept(target) if self.cassette else target

    def _look_ahead(self, target: Target, guard: Guard) -> None:
        """Let go of a real endpoint at which a run is in vain. Raises Unreachable, Unavailable, ValueError."""
        spec = self.specs[self.profile.api]
        guard.ask_again = lambda account: self._refusal(target, spec, account)
        try:
            with self.stop.listening():
                look_ahead(Api(target, spec, run=self.run), self.profile, guard.crowd)
        except BaseException:
            target.close()
            raise

    def check_address(self) -> None:
        """Raise ValueError unless the target may be contacted at all: by the profile, and with TLS."""
        check_address(self.profile, self.profile_path, self.url, os.environ.get(CONTROL_TOKEN, ""))

    def open_target(self) -> Target:
        """The server, of which nothing was asked yet. Raises Unreachable, ValueError."""
        self.check_address()
        if self.profile.accounts and not self.consented and foreign_host(self.url or self.profile.target):
            raise Unconsented(
                f"{self.url or self.profile.target} is not this machine: --yes says that it may be contacted"
            )
        token = os.environ.get(CONTROL_TOKEN, "")
        choice = Choice(self.url, self.profile, self.run.seed, token, self.run.patience, self.guard)
        return open_target(choice, self.specs)

    def count_tasks(self) -> int:
        """How many tasks the mock at the address holds. Raises Unreachable, ValueError."""
        return count_tasks(self.url.rstrip("/"), os.environ.get(CONTROL_TOKEN, ""))

    @property
    def redactor(self) -> Redactor:
        """What everything that leaves has to pass: that of the target, which learns, once there is one."""
        target, profile = self.__dict__.get("target"), self.__dict__.get("profile")
        if target is not None:
            return cast("Target", target).redactor
        return redactor_of(profile.accounts) if profile and profile.accounts else OPEN

    @property
    def target_name(self) -> str:
        """How a report calls the server."""
        return self.url or self.profile.target or "embedded mock"

    @property
    def is_mock(self) -> bool:
        """Whether a mock is judged: a profile makes a server a real endpoint, whatever it is."""
        return not self.profile_path

    def judge(self, clause: Clause) -> Judgement:
        """The verdict on one clause. Raises Lost."""
        target = self.target
        if self.recording is not None:
            self.recording.clause = clause.id
        if target.is_mock or self.guard is None:
            found = judge(clause, lambda: self._open(self.specs[clause.api], self.readers))
        else:
            found = self._judge_with_journal(clause, self.guard)
        self.unanswered = self.unanswered + 1 if found.unanswered else 0
        if self.unanswered >= PATIENCE:
            raise Lost(found.reason)
        return found

    def _judge_with_journal(self, clause: Clause, guard: Guard) -> Judgement:
        """The verdict on a clause. Raises Lost also where the journal cannot be written any more."""
        try:
            found = self._judge_in_order(clause, guard)
        except JournalError as error:
            raise Lost(str(error)) from error
        if self.target.journal is not None and self.target.journal.failure:
            raise Lost(self.target.journal.failure)
        return found

    def _judge_in_order(self, clause: Clause, guard: Guard) -> Judgement:
        """The verdict of a real endpoint on a clause, if there still may be one. Raises Lost where the run is stopped.

        What was seen while the credentials had stopped to be good, or before the budget let every reading be tried,
        is no verdict.
        """
        _end_if_stopped(guard)
        if guard.over:
            return Judgement(clause, Verdict.NOT_OBSERVED, reason=guard.over, unfinished=True)
        found = self._readings_of(clause.api).judge(clause)
        for account in list(guard.suspects()):
            guard.examine(account)
        _end_if_stopped(guard)
        if guard.spending.over and found.verdict is Verdict.BROKEN and self.specs[clause.api].readings:
            reason = (
                f"{guard.spending.over} before every reading was tried; by those that were: expected {found.reason}"
            )
            return replace(found, verdict=Verdict.NOT_OBSERVED, reason=reason, unfinished=True)
        return found

    def _refusal(self, target: Target, spec: Spec, account: str) -> str:
        """In which words the credentials of an account are refused by now; empty where they are not."""
        try:
            return refusal_of_credentials(Api(target, spec, account, self.run))
        except (Unavailable, Unreachable):
            return ""

    def _kept(self, target: Target) -> Target:
        """The target, what is sent to it being kept from now on. Raises CassetteError."""
        from contracts.cassettes.file import Writer
        from contracts.cassettes.har import log_of
        from contracts.cassettes.recording import Recording

        assert self.cassette is not None
        log = log_of(release(), self.target_name, self.specs)
        self.recording = Recording(target, Writer(self.cassette, log), self.accounts_of(target))
        return cast("Target", self.recording)

    def accounts_of(self, target: Target) -> Mapping[str, Account]:
        """The accounts of the profile, or those that every mock has."""
        return self.profile.accounts or {name: target.account(name) for name in ("first", "second")}

    def _open(self, spec: Spec, readers: dict[tuple[str, str], Reader]) -> Api:
        new = Shared(is_frugal=self.shared is not None and not self.target.is_mock)
        shared = new if self.shared is None else self.shared.setdefault(spec, new)
        return Api(self.target, spec, run=self.run, readers=readers, shared=shared)

    def _readings_of(self, api: str) -> Readings:
        """How the pages of an API are read on a real endpoint, as far as it has told."""
        if api not in self.readings:
            self.readings[api] = Readings(self.specs[api], self._open)
        return self.readings[api]

    def close(self) -> None:
        """Remove what is left on the target, and let go of it, if it was opened."""
        target: Target | None = self.__dict__.pop("target", None)  # the next one who asks opens it again
        if target is None:
            return
        with self.stop.listening():
            if target.journal is not None:
                self.keeping.close(target.journal, target, self.specs, at_once=self.stop.at_once)
            target.close()


def _end_if_stopped(guard: Guard) -> None:
    try:
        guard.stop.check()
    except Stopped as error:
        raise Lost(str(error)) from error
