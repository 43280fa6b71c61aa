"""What generated requests do not depend on, and do not touch: the folder, the modules that happen to be loaded."""

from __future__ import annotations

import gzip
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

_SURROGATES = (0xD800, 0xDFFF)  # the characters that UTF-8 has no bytes for, the first and the last


@contextmanager
def undisturbed() -> Iterator[None]:
    """While requests are made up: the same ones everywhere, without warnings, and no folder is left behind.

    The literals of a user's own modules are no values here, though Hypothesis would take some of them.
    """
    home, learn = storage_directory(intent_to_write=False).path, providers._get_local_constants  # noqa: SLF001
    with TemporaryDirectory(prefix="contracts-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the generator, about patterns that it cannot make use of
        set_hypothesis_home_dir(folder)
        _write_table()
        providers._get_local_constants = Constants  # noqa: SLF001 - there is no option for it
        try:
            yield
        finally:
            providers._get_local_constants = learn  # noqa: SLF001
            set_hypothesis_home_dir(home)


def _write_table() -> None:
    """Put down which characters UTF-8 has, where Hypothesis looks for it before it tries each of a million."""
    first, last = _SURROGATES
    path = Path(charmap.charmap_file("codec-v2-utf-8"))
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(json.dumps([[[0, first - 1], [last + 1, sys.maxunicode]], []]).encode()))
