"""What can a header carry, by RFC 9110, section 5.5?"""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_BEYOND = re.compile("[^\x00-\xff]")


def obstacle(value: str) -> str:
    """Why no header can carry a value, in words that follow its name and do not show it; empty where one can."""
    if "\r" in value or "\n" in value:
        return "has a line break in it, which no HTTP header can carry"
    if _CONTROL.search(value):
        return "has a control character in it, which no HTTP header can carry"
    if _BEYOND.search(value):
        return "has a character beyond Latin-1 in it, which no HTTP header can carry"
    return "begins or ends with a space, which no HTTP header keeps" if value != value.strip() else ""
