"""What is chosen by name in Python, and what a config file says besides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.configuration.source import load, provided, values
from mockserver.faults.spelling import spelled
from mockserver.options import SERVE, tls_of
from mockserver.provisions import SCHEMAS
from mockserver.settings import Settings

OWN = ("host", "port", "control_token", "bare")  # settings of a server that `mockserver serve` starts


def settings_of(apis: tuple[str | Path, ...], choices: Mapping[str, Any]) -> Settings:
    """The settings of a mock in this process: what is chosen, then what the file says. Raises ConfigError."""
    document = load(Path(choices["config"]), SERVE) if choices.get("config") else None
    said = values(document, SERVE) if document else {}
    named = {name: choices[name] for name in SCHEMAS if name in choices}
    if isinstance(named.get("records"), str | Path):
        named["records"] = [{"file": str(named["records"])}]
    if "faults" in named:
        named["faults"] = [spelled(each) for each in named["faults"]]
    chosen = said | {name: each for name, each in choices.items() if name not in SCHEMAS}
    given = {"tls": False, "tls_folder": None, "tls_hosts": (), "tls_cert": None, "tls_key": None} | chosen
    fields = Settings.__dataclass_fields__.keys() - {"apis", "tls", *OWN}
    return Settings(
        apis=apis or (*said.get("apis", ()), *said.get("files", ())),
        provided=provided(document) | named,
        tls=tls_of(given),
        **{name: each for name, each in chosen.items() if name in fields},
    )
