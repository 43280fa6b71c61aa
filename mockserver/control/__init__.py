"""The control plane under `/_mock/`: looks into the mock and moves it. Strict JSON in, JSON out, errors included."""

from mockserver.control.access import Access
from mockserver.control.door import register
from mockserver.control.plane import Plane
from mockserver.control.views import Controls

__all__ = ["Access", "Controls", "Plane", "register"]
