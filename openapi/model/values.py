"""What stands in YAML and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Schema = Mapping[str, Any]
Standing = Literal["documented", "sdk", "assumed"]
