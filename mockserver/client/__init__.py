"""The control plane, as a test or a script uses it."""

from mockserver.client.control import Control
from mockserver.client.doors import Door, Refused

__all__ = ["Control", "Door", "Refused"]
