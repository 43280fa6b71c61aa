"""Which mistakes of a server a client's own tests notice: they are run against one mutant after the other."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.mutation.mutant import Mutant
from contracts.mutation.serving import Unservable, mutant_app
from contracts.mutation.stand import Stand, serve
from contracts.targets.embedded import client_environment
from openapi.model import Json, Spec

ADDRESSES = ("MOCKSERVER_URL", "MOCK_URL", "CONTRACTS_TARGET")  # the variables that hold the address of the server
SHOWN = 2000  # characters of the output of a command that failed


class Unusable(ValueError):
    """A command that cannot be run, or that fails without any mistake of the server; the message says which.

    `said` is what the command itself said, in its lines.
    """

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class Notice(StrEnum):
    """What the tests did."""

    NOTICED = "noticed"  # they failed
    TIMED_OUT = "timed out"  # they did not end, which counts as noticed
    UNNOTICED = "unnoticed"  # they passed
    EQUIVALENT = "equivalent"  # there is nothing to notice


@dataclass(frozen=True, slots=True)
class Finding:
    """What the tests did about one mutant."""

    mutant: Mutant
    notice: Notice

    def as_json(self) -> dict[str, Json]:
        """The entry of a result file."""
        clause = self.mutant.clause
        return {
            "id": self.mutant.id,
            "clause": clause.id,
            "api": clause.api,
            "kind": clause.kind.value,
            "change": self.mutant.told,
            "notice": self.notice.value,
        }


@dataclass(frozen=True, slots=True)
class Command:
    """A command that tests a client, and how many seconds it is given."""

    line: str
    timeout: float

    def __post_init__(self) -> None:
        """Raises Unusable for what is no command."""
        _ = self.arguments

    @property
    def arguments(self) -> list[str]:
        """The words of the command. Raises Unusable."""
        try:
            found = shlex.split(self.line)
        except ValueError as error:
            raise Unusable(f"--command {self.line!r} cannot be read: {error}") from error
        if not found:
            raise Unusable("--command is empty; it would be, for example, 'pytest my_tests'")
        return found

    def run(self, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str] | None:
        """How it ended; None where its time was over. Raises Unusable."""
        try:
            return subprocess.run(  # noqa: S603 - the user's own command
                self.arguments,
                env={**os.environ, **environment},
                timeout=self.timeout,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        except OSError as error:
            raise Unusable(f"--command {self.arguments[0]!r} cannot be run: {error.strerror}") from error


def grade_command(
    command: Command, mutants: Iterable[Mutant], specs: Mapping[str, Spec], told: Callable[[Finding], None]
) -> list[Finding]:
    """What the command notices of each mutant, one after the other on the same port. Raises Unusable.

    First it has to pass on the unchanged server.
    """
    stand = Stand(mutant_app(None, specs))
    findings = []
    with serve(stand) as url:
        environment = environment_of(specs.values(), url)
        _require_success(command, environment)
        for mutant in mutants:
            finding = Finding(mutant, _notice(command, mutant, specs, (stand, environment)))
            findings.append(finding)
            told(finding)
    return findings


def environment_of(specs: Iterable[Spec], url: str) -> dict[str, str]:
    """The variables that lead clients to a server: its address, and whatever official clients read."""
    found = dict.fromkeys(ADDRESSES, url)
    for spec in specs:
        found |= client_environment(spec, url)
    return found


def _require_success(command: Command, environment: Mapping[str, str]) -> None:
    done = command.run(environment)
    if done is None:
        raise Unusable(f"--command {command.line!r} did not end within {command.timeout:g} s on the unchanged server")
    if done.returncode:
        said = (done.stdout + done.stderr)[-SHOWN:].strip()
        message = f"--command {command.line!r} fails on the unchanged server, with exit code {done.returncode}"
        raise Unusable(f"{message}: nothing can be said of mutants until it passes there", said)


def _notice(
    command: Command, mutant: Mutant, specs: Mapping[str, Spec], place: tuple[Stand, Mapping[str, str]]
) -> Notice:
    if mutant.same:
        return Notice.EQUIVALENT
    stand, environment = place
    try:
        stand.swap(mutant_app(mutant, specs))
    except Unservable:
        return Notice.EQUIVALENT
    done = command.run(environment)
    if done is None:
        return Notice.TIMED_OUT
    return Notice.NOTICED if done.returncode else Notice.UNNOTICED


def lines(findings: list[Finding]) -> Iterator[str]:
    """What a reader is told: kind by kind, then the mistakes that stayed unnoticed."""
    kinds = sorted({each.mutant.clause.kind.value for each in findings})
    width = max(map(len, kinds), default=0)
    yield f"{'kind':<{width}}  mistakes  noticed  unnoticed"
    for kind in kinds:
        of_kind = [each for each in findings if each.mutant.clause.kind == kind]
        yield f"{kind:<{width}}  {_cells(of_kind)}"
    yield f"{'all':<{width}}  {_cells(findings)}"
    unnoticed = [each for each in findings if each.notice is Notice.UNNOTICED]
    if unnoticed:
        yield f"\nYour tests would not notice these mistakes of a server ({len(unnoticed)}):"
    for each in unnoticed:
        yield f"  {each.mutant.id}\n      {each.mutant.told}"


def _cells(findings: list[Finding]) -> str:
    unnoticed = sum(each.notice is Notice.UNNOTICED for each in findings)
    total = sum(each.notice is not Notice.EQUIVALENT for each in findings)
    return f"{total:>8}  {total - unnoticed:>7}  {unnoticed:>9}"
