"""Which config file is read, and what it and the environment say of the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mockserver.configuration.document import ConfigError, Document, nearest

PREFIX = "MOCKSERVER_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
OTHERS = (f"{PREFIX}URL",)  # variables of ours that are no options of `serve`
OF_KUBERNETES = (f"{PREFIX}SERVICE_", f"{PREFIX}PORT_")  # that it sets for a service called mockserver
NAME = "mockserver.yaml"
DEFAULT = "default"  # where a value came from that nobody chose
PINNED = frozenset({ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT})


def find(chosen: Path | None) -> Path | None:
    """The chosen config file, or that of the working directory; None where there is none."""
    return chosen or (Path(NAME) if Path(NAME).is_file() else None)


def load(path: Path, command: click.Command) -> Document:
    """A config file that is right in every part that can be judged without a mock. Raises ConfigError."""
    # Here, as most mocks have no file.
    from mockserver.configuration.parser import read
    from mockserver.configuration.schema import check, schema_of

    document = read(path)
    check(document, schema_of(parameters_of(command)))
    context = click.Context(command)
    for setting in parameters_of(command):
        if setting.key in document.content:
            try:
                setting.process_value(context, _raw(setting, document))
            except click.BadParameter as error:
                raise document.wrong((setting.key,), error.message) from error
            except ValueError as error:  # a path that no file can have
                raise document.wrong((setting.key,), str(error)) from error
    return document


def defaults(document: Document, command: click.Command) -> dict[str, Any]:
    """What a config file says of the settings, as click takes it."""
    return {str(each.name): _raw(each, document) for each in parameters_of(command) if each.key in document.content}


def values(document: Document, command: click.Command) -> dict[str, Any]:
    """What a config file says of the settings, by their names in Python."""
    context = click.Context(command)
    given = defaults(document, command)
    settings = (each for each in parameters_of(command) if each.name in given)
    return {str(each.name): each.process_value(context, given[str(each.name)]) for each in settings}


def provided(document: Document | None) -> dict[str, Any]:
    """The provisions of a config file; paths start from its folder."""
    from mockserver.provisions import SCHEMAS

    content = document.content if document else {}
    found = {name: content[name] for name in SCHEMAS if name in content}
    if document and "records" in found:
        folder = document.path.parent
        placed = ({**each, "file": str(folder / each["file"])} if "file" in each else each for each in found["records"])
        found["records"] = [*placed]
    return found


def together(document: Document | None, additions: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The provisions of a config file, and what flags and the environment add to them."""
    found = provided(document)
    return found | {name: [*found.get(name, ()), *more] for name, more in additions.items()}


def parameters_of(command: click.Command) -> list[Any]:
    """The parameters of a command that are settings of one value, each a key of a config file."""
    return [each for each in command.params if hasattr(each, "key")]


def origin(context: click.Context, option: click.Parameter) -> str:
    """Where the value of an option came from, if from flags or the environment; else nothing."""
    match context.get_parameter_source(str(option.name)):
        case ParameterSource.COMMANDLINE:
            return "command line"
        case ParameterSource.ENVIRONMENT:
            return f"environment: {option.envvar}"
    return ""


def pinned(context: click.Context) -> frozenset[str]:
    """The keys of the settings about which a config file is not asked."""
    found = parameters_of(context.command)
    return frozenset(each.key for each in found if context.get_parameter_source(str(each.name)) in PINNED)


def check_environment(environment: Iterable[str], command: click.Command) -> None:
    """Raise ConfigError for a variable that looks like a setting and is none."""
    known = [*(str(each.envvar) for each in command.params if each.envvar), *OTHERS]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(OF_KUBERNETES):
            raise ConfigError(f"{name} in the environment is no setting; {nearest(name, known)}")


def _raw(setting: Any, document: Document) -> Any:
    """A value as a flag or the environment would give it; paths start from the folder of the file."""
    value = document.content[setting.key]
    if getattr(setting, "placed", None):
        return setting.placed(value, document.path.parent)
    if isinstance(setting.type, click.Path):
        folder = document.path.parent
        return [str(folder / each) for each in value] if isinstance(value, list) else str(folder / value)
    if isinstance(value, Mapping):
        return [f"{name}={answer}" for name, answer in value.items()]
    return value
