"""Downloads of a part, or under a condition, that ought to be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.calls.client import Api, Reply
from contracts.expect import require_accepted
from contracts.files.downloads import fetcher
from openapi.model import Operation
from openapi.reasons import Reason

NO_TAG = '"-"'  # the entity tag of no file


def _behind_the_end(api: Api, operation: Operation) -> Reply:
    fetch = fetcher(api, operation)
    size = len(require_accepted(fetch({}), "fetching the whole file").raw)
    return fetch({"range": f"bytes={size}-"})


def _of_another_file(api: Api, operation: Operation) -> Reply:
    return fetcher(api, operation)({"if-match": NO_TAG})


TRANSFERS: Mapping[str, Callable[[Api, Operation], Reply]] = {
    Reason.UNSATISFIABLE_RANGE: _behind_the_end,
    Reason.FAILED_PRECONDITION: _of_another_file,
}
