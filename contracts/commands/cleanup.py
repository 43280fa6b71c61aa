"""`contracts cleanup`: remove what a run left behind on a real endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.consent import YES, require_name
from contracts.commands.options import CLEAN, FINDINGS, complain, telling
from openapi.amounts import Amount
from openapi.manual import Command

if TYPE_CHECKING:
    from contracts.profiles import Profile
    from contracts.safety.journal import Entry, Head, Journal
    from contracts.safety.record import Record
    from contracts.safety.removal import Remover
    from openapi.model import Spec


@click.command(cls=Command, short_help="Remove what a run left behind on a real endpoint.")
@click.argument("journal", metavar="JOURNAL", type=click.Path(path_type=Path))
@click.option("--profile", metavar="FILE", default="", help="Instead of the profile of the run.")
@YES
@click.option("--remove", "claimed", metavar="ID", multiple=True, help="A candidate that is yours; may be repeated.")
@click.option("--keep", "foreign", metavar="ID", multiple=True, help="A candidate that is not; may be repeated.")
@click.option(
    "--settle",
    metavar="SECONDS",
    type=Amount(0),
    default=10.0,
    show_default=True,
    help="That a creation without an answer is given to show.",
)
@telling
def cleanup(journal: Path, profile: str, claimed: tuple[str, ...], foreign: tuple[str, ...], **how: float) -> int:
    """Find and remove the tasks of a run that was killed, or lost its network, by the journal that it wrote.

    A task is only removed when it is certain that the run created it.
    """
    from contracts.redaction.screen import keep_back
    from contracts.safety.record import read_journal

    record = read_journal(journal)
    entries = list(record.journal.open_entries())
    for line in _told_at_first(record, entries):
        click.echo(line)
    if not entries:
        return CLEAN
    specs, known = _specs_and_profile(record.journal.head, profile)
    _confirm(record.journal.head, profile or record.journal.head.profile, len(entries), sure=bool(how["yes"]))
    record.journal.attach(record.whole)
    with closing(record.journal):
        remover = _remover(record.journal, specs, known)
        keep_back(lambda: remover.target.redactor)
        remover.settling, remover.claimed, remover.foreign = how["settle"], frozenset(claimed), frozenset(foreign)
        with closing(remover.target):
            _look_ahead(remover, entries)
            remover.remove_all()
        for line in _told_at_last(entries, remover):
            click.echo(line)
    if record.journal.failure:
        complain(f"{record.journal.path} was not brought up to date; what is removed stays removed", FINDINGS)
    left = sum(not each.is_over for each in entries)
    passed_over = sorted(remover.claimed - {each.task for each in entries})
    if passed_over:
        complain(f"--remove {passed_over[0]}: this is no candidate, and was not touched", FINDINGS)
    return FINDINGS if left or passed_over else CLEAN


def _told_at_first(record: Record, entries: list[Entry]) -> Iterator[str]:
    head, count = record.journal.head, len(record.journal.entries)
    if record.torn:
        yield f"line {record.torn} is torn: what it was about was never sent"
    if not head.target:
        yield "the journal ends before it begins: nothing was created"
        return
    asked = f"{count} creation{'' if count == 1 else 's'} sent to {head.target} by the run of {head.started}"
    yield f"{asked}: {f'{len(entries)} may have left something' if entries else 'nothing is left of them'}"


def _told_at_last(entries: list[Entry], remover: Remover) -> Iterator[str]:
    from contracts.reports.leftovers import advice, told
    from contracts.safety.journal import State
    from contracts.safety.keeping import as_json

    for each in entries:
        of = f"of {each.creation.operation}, account {each.creation.account}"
        if each.state is State.REMOVED:
            yield f"removed  the task {each.task} {of}"
        elif each.state is State.ABSENT:
            yield f"nothing  of a creation {of}, sent {each.creation.sent.isoformat()}: there is no such task"
    for each, left in zip(remover.journal.open_entries(), as_json(remover.journal)["left"], strict=True):
        yield f"left     {told(left)}"
        for line in advice(str(remover.journal.path), left, remover.candidates.get(each.number, ())):
            yield f"         {line}"
    gone = sum(each.state is State.REMOVED for each in entries)
    yield f"{gone} removed, {sum(not each.is_over for each in entries)} left"


def _specs_and_profile(head: Head, path: str) -> tuple[dict[str, Spec], Profile]:
    """What is needed to call the endpoint of a journal. Raises ProfileError, SpecError."""
    from contracts.profiles import ProfileError, load_profile
    from openapi.loader import load_all

    own = {Path(each).stem: Path(each) for each in head.specs}
    specs = load_all([own.get(name, name) for name in head.apis])
    profile = load_profile(Path(path or head.profile), specs=specs)
    if profile.target and profile.target.rstrip("/") != head.target and path:
        raise ProfileError(f"{path}: is of {profile.target}, and the journal of {head.target}")
    return specs, profile


def _confirm(head: Head, profile: str, count: int, *, sure: bool) -> None:
    """Ask before a foreign host is contacted, as before a run. Raises ClickException where it may not be."""
    from contracts.safety.consent import foreign_host

    host = foreign_host(head.target)
    if host and not sure:
        of = f"what is left of {count} creation{'' if count == 1 else 's'}"
        told = f"Going to look for {of} at {head.target}, and to remove it, with the credentials of {profile}."
        require_name(host, f"--yes says that {of} may be removed from there", lambda: told)


def _remover(journal: Journal, specs: dict[str, Spec], profile: Profile) -> Remover:
    from contracts.safety.removal import Remover
    from contracts.targets import Choice, open_target

    target = open_target(Choice(journal.head.target, profile), specs)
    journal.redactor = target.redactor
    return Remover(target, specs, journal)


def _look_ahead(remover: Remover, entries: list[Entry]) -> None:
    """Raise Unreachable or ValueError where nothing would come of it: before anything is tried in vain, and counted."""
    from contracts.calls.client import Api
    from contracts.preflight import find_service, refusal_of_credentials
    from contracts.safety.guard import TENANTS

    first = entries[0].creation
    if first.api not in remover.specs:
        return
    with remover.target.tidying():
        find_service(Api(remover.target, remover.specs[first.api]))
        for account in dict.fromkeys(each.creation.account for each in entries):
            api = Api(remover.target, remover.specs[first.api], account) if account in TENANTS else None
            if refusal := refusal_of_credentials(api) if api else "":
                raise ValueError(f"{refusal}; nothing was removed")
