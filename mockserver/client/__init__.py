"""The control plane, as a test or a script uses it."""

from mockserver.client.assertion import NotVerified
from mockserver.client.control import Control
from mockserver.client.doors import Door, HttpDoor, Refused, trusting
from mockserver.login import Login

__all__ = ["Control", "Door", "HttpDoor", "Login", "NotVerified", "Refused", "trusting"]
