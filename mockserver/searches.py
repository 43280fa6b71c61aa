"""Can what a request searches for be searched for?"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.files import BadQuery, check_query, syntax_of
from mockserver.refusal import Refusal
from openapi.model import Json, Operation
from openapi.reasons import Reason


def trouble_with_search(operation: Operation, arguments: Mapping[str, Json]) -> Refusal | None:
    """How the search of a new task is refused; None for a good one, and where there is none.

    The statement is the client's to choose and may take long to read, so nothing may be locked meanwhile.
    """
    file = operation.file
    statement = arguments.get(file.query) if file and file.query else None
    if file is None or not isinstance(statement, str):
        return None
    try:
        check_query(statement, syntax_of(file, arguments))
    except BadQuery as error:
        message = f"{file.query}: {error}"
        return Refusal(Reason.BAD_QUERY, message, parameter=file.query, value=statement[:100])
    return None
