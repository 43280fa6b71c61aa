"""Taking away what a check created, where nothing else does."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.safety.removal import Remover


def delete_what_was_made(api: Api) -> None:
    """Delete every task that the journal knows to be there, but those that other clauses share.

    A mock has no journal, and forgets by itself.
    """
    journal = api.target.journal
    if journal is not None:
        kept = frozenset(api.shared.tasks.values())
        remover = Remover(api.target, {api.spec.name: api.spec}, journal, api.run, readers=api.readers)
        remover.remove_made(api.spec.name, kept)
