"""The files that tasks produce: rows, selected, ordered, written and packed. The same export gives the same bytes."""

from mockserver.files.export import Export, Stored, file_name, namer, syntax_of
from mockserver.files.preparation import Preparation
from mockserver.files.produce import File, Measure, Unready, count_rows, file_of, measure, stream
from mockserver.files.query import check_query
from mockserver.files.statements import BadQuery

__all__ = [
    "BadQuery",
    "Export",
    "File",
    "Measure",
    "Preparation",
    "Stored",
    "Unready",
    "check_query",
    "count_rows",
    "file_name",
    "file_of",
    "measure",
    "namer",
    "stream",
    "syntax_of",
]
