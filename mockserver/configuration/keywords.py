"""What a mock in Python is started with: what its keywords, and the config file that they may name, come to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.faults.spelling import spelled
from mockserver.settings import PROVISIONS, Keywords, Settings
from mockserver.tls import tls_of

OF_SERVE = frozenset(
    {"host", "port", "workers", "control", "control_token", "bare", "store"}
)  # which no mock in Python takes from a file


def of_keywords(apis: tuple[str | Path, ...], keywords: Keywords) -> Settings:
    """What a mock in this process is started with: keywords win over the file that `config` names.

    Raises ConfigError for a file that is not right, ValueError for a fault that is written in no known way.
    """
    said, provisions = _of_file(Path(keywords["config"])) if keywords.get("config") else ({}, {})
    given: dict[str, Any] = {name: value for name, value in said.items() if name not in OF_SERVE} | {**keywords}
    if apis:
        given |= {"apis": apis, "files": ()}
    return settings_of(given, provisions | _provisions(keywords))


def settings_of(given: Mapping[str, Any], provisions: Mapping[str, Any]) -> Settings:
    """The settings that these options are, by name."""
    plain = Settings.__dataclass_fields__.keys() - {"apis", "tls", "provisions"}
    return Settings(
        apis=(*given.get("apis", ()), *given.get("files", ())),
        tls=tls_of(given),
        provisions=provisions,
        **{name: value for name, value in given.items() if name in plain},
    )


def _of_file(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a config file says of the settings, by their names in Python, and its provisions."""
    # Here, as options bring click along, and most tests have no file.
    from mockserver.configuration.options import SERVE
    from mockserver.configuration.source import load, provided, values

    document = load(path, SERVE)
    return values(document, SERVE), provided(document)


def _provisions(keywords: Keywords) -> dict[str, Any]:
    """Those of the keywords that are provisions, as a config file would have them."""
    found: dict[str, Any] = {name: value for name, value in keywords.items() if name in PROVISIONS}
    if isinstance(found.get("records"), str | Path):
        found["records"] = [{"file": str(found["records"])}]
    if "faults" in found:
        found["faults"] = [spelled(each) for each in found["faults"]]
    return found
