"""What a mock is started with: what the command line, the environment, a config file and Python's keywords come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mockserver.configuration.document import Document
from mockserver.configuration.options import SERVE, additions, document_of, tls_of
from mockserver.configuration.source import load, pinned, provided, together, values
from mockserver.faults.spelling import spelled
from mockserver.settings import Keywords, Settings

OF_SERVE = frozenset(
    {"host", "port", "control", "control_token", "bare", "store"}
)  # which no mock in Python takes from a file


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and the config file that may change them while the mock runs."""

    settings: Settings
    document: Document | None
    pinned: frozenset[str]  # keys about which the file is not asked, as a flag or the environment decides them
    additions: Mapping[str, list[Any]]  # provisions by key, that flags or the environment add to those of the file


def of_command(context: click.Context, given: Mapping[str, Any]) -> Configuration:
    """What `mockserver serve` is to start; `given` has the options by name, those of the file and defaults included."""
    from mockserver.control.access import is_loopback

    host, document, added = given["host"], document_of(context), additions(given)
    is_open = bool(given["control_token"]) or is_loopback(f"[{host}]" if ":" in host else host)
    settings = _settings({**given, "control": is_open}, together(document, added))
    return Configuration(settings, document, pinned(context), added)


def of_keywords(apis: tuple[str | Path, ...], keywords: Keywords) -> Settings:
    """What a mock in this process is started with: keywords win over the file that `config` names.

    Raises ConfigError for a file that is not right, ValueError for a fault that is written in no known way.
    """
    document = load(Path(keywords["config"]), SERVE) if keywords.get("config") else None
    said = values(document, SERVE) if document else {}
    given: dict[str, Any] = {name: value for name, value in said.items() if name not in OF_SERVE} | {**keywords}
    if apis:
        given |= {"apis": apis, "files": ()}
    return _settings(given, provided(document) | _provisions(keywords))


def _provisions(keywords: Keywords) -> dict[str, Any]:
    """Those of the keywords that are provisions, as a config file would have them."""
    from mockserver.provisions import SCHEMAS  # here, as it brings the control plane along

    found: dict[str, Any] = {name: value for name, value in keywords.items() if name in SCHEMAS}
    if isinstance(found.get("records"), str | Path):
        found["records"] = [{"file": str(found["records"])}]
    if "faults" in found:
        found["faults"] = [spelled(each) for each in found["faults"]]
    return found


def _settings(given: Mapping[str, Any], provisions: Mapping[str, Any]) -> Settings:
    plain = Settings.__dataclass_fields__.keys() - {"apis", "tls", "provisions"}
    return Settings(
        apis=(*given.get("apis", ()), *given.get("files", ())),
        tls=tls_of(given),
        provisions=provisions,
        **{name: value for name, value in given.items() if name in plain},
    )
