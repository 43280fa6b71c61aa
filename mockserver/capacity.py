"""How many connections may be open at once?"""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec

MOST = 1 << 16  # connections; what one of them costs the server then is its memory alone
RESERVED = 256  # files that the server itself may have open meanwhile
LEAST = 64


def connections() -> int:
    """As many as the system lets this process have, which from now on is as many as it may have at all."""
    return min(MOST, max(LEAST, _files() - RESERVED))


def _files() -> int:
    """Open files that this process may have."""
    if find_spec("resource") is None:  # not on Windows, where there is no such limit
        return MOST + RESERVED
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + RESERVED
    wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else soft
