"""The files that tasks produce: rows, selected, ordered, written and packed. The same export gives the same bytes."""

from mockserver.files.export import Export, Stored, file_name, syntax_of
from mockserver.files.produce import Measure, count_rows, digest, measure, stream
from mockserver.files.query import check_query
from mockserver.files.statements import BadQuery

__all__ = [
    "BadQuery",
    "Export",
    "Measure",
    "Stored",
    "check_query",
    "count_rows",
    "digest",
    "file_name",
    "measure",
    "stream",
    "syntax_of",
]
