"""Taking away what a check created, where nothing else does."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.situations.tasks import naming, with_resources
from contracts.target import Unavailable, Unreachable
from openapi.members import takes_task
from openapi.model import Action, Operation


def delete_what_was_made(api: Api) -> None:
    """Delete every task that was created through `api`, where the API offers it; a mock forgets them by itself.

    What cannot be deleted, and what is gone already, is left as it is.
    """
    operation = _deleter(api)
    if api.target.is_mock or operation is None or not api.made:
        return
    api.target.reset()
    for which, task in dict.fromkeys(api.made):
        try:
            owner = api if which == api.which else api.as_account(which)
            owner.call(operation, naming(operation, task, with_resources(owner, operation)))
        except (NotObserved, Unavailable, Unreachable):
            return
    api.made.clear()


def _deleter(api: Api) -> Operation | None:
    operations = api.spec.operations.values()
    return next((each for each in operations if each.action is Action.DELETE and takes_task(each)), None)
