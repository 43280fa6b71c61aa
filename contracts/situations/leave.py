"""What is only done to a real endpoint where its profile says so."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.safety.allowance import unallowed
from contracts.target import Capability


def require_leave(api: Api, what: str) -> None:
    """Raise Unallowed where documented limits must not be exceeded; `what` would exceed one."""
    if Capability.EXCEED_LIMITS not in api.target.capabilities:
        raise unallowed("exceed-limits", what)
