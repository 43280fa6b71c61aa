"""How does a program end with the exit code that it means?"""

from __future__ import annotations

import sys
from typing import NoReturn


def end(code: int) -> NoReturn:
    """Exit with `code`, also after an interruption.

    One that comes while Python executes a text, as it does to make a dataclass, would have `python -m` end by SIGINT,
    although the interruption was caught: Python forgets that only when it executes another text.
    """
    exec("")  # noqa: S102 - the other text
    sys.exit(code)
