"""What `mockserver serve` starts: what its command line, the environment and a config file come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from mockserver.configuration.document import Document
from mockserver.configuration.keywords import settings_of
from mockserver.configuration.options import additions, document_of
from mockserver.configuration.source import pinned, together
from mockserver.settings import Settings


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
    settings = settings_of({**given, "control": is_open}, together(document, added))
    return Configuration(settings, document, pinned(context), added)
