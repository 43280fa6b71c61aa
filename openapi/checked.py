"""Documents that are what the vocabulary and OpenAPI ask for: those of this package are read and checked once."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from openapi.document import HERE, SHARED, Document, SpecError, read, text_of
from openapi.kept import Kept

# What reads and checks them; that of YAML has its version in it.
MADE_BY = ("kept.py", "checked.py", "source.py", "document.py", "structure.py", "vocabulary.py", "objections.py")
SCHEMAS = ("structure.schema.json", "vocabulary.schema.json")


def _makers() -> tuple[Path, ...]:
    found = find_spec("yaml")
    return (*(HERE / name for name in (*MADE_BY, *SCHEMAS)), Path(str(found.origin if found else "")))


KEPT = Kept(HERE, _makers())


def checked(path: Path, kept: Kept = KEPT) -> Document:
    """The document in `path`, with the files it includes merged in. Raises SpecError for one that is not right."""
    text = _texts(path) if kept.holds(path) else ""
    known: Document | None = kept.recall(path, text) if text else None
    if known is not None:
        return known
    document = _read(path)
    if text and text == _texts(path):  # nobody has changed it meanwhile
        kept.keep(path, text, document)
    return document


def _read(path: Path) -> Document:
    document = read(path)
    require_right(document, path)
    return document


def require_right(document: Document, path: Path) -> None:
    """Raise SpecError, with the place in `path` and what would be right, for a document that is not."""
    # Here, as what is kept was checked.
    from openapi.structure import check_kind, check_structure
    from openapi.vocabulary import check

    check_kind(document, path)
    check(document, path)
    check_structure(document, path)


def _texts(path: Path) -> str:
    """What stands in the file, and in all that it may include; empty where that cannot be read."""
    try:
        return "".join(text_of(each) for each in (path, *sorted(SHARED.glob("*.yaml"))))
    except (OSError, UnicodeDecodeError, SpecError):
        return ""
