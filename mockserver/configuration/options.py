"""The settings of `mockserver serve`, each a flag, a variable of the environment and a key of a config file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from mockserver.configuration.document import ConfigError, Document
from mockserver.configuration.source import CONFIG_VARIABLE, PREFIX, check_environment, defaults, find, load
from mockserver.settings import JSON, TEXT, clock_of
from mockserver.stores.address import MEMORY, check, placed, shown
from mockserver.trouble import Trouble
from openapi.headers import obstacle
from openapi.manual import Api

DEFAULT_PORT = 4010
MOST_WORKERS = 64
DOCUMENT = "mockserver.document"  # where click keeps the config file
KUBERNETES = "tcp://"  # how a variable starts that is set for a service which has the name of a setting
Command = Callable[..., Any]


class SettingOption(click.Option):
    """An option that is a setting, too: of the environment and of a config file, by its `key`."""

    def __init__(self, *words: Any, key: str = "", schema: Mapping[str, Any] | None = None, **given: Any) -> None:
        self.live: bool = given.pop("live", False)  # whether it can change while the mock runs
        self.secret: bool = given.pop("secret", False)
        self.shown: Callable[[Any], Any] = given.pop("shown", lambda value: value)  # without what is secret of it
        self.placed: Callable[[Any, Path], Any] | None = given.pop("placed", None)  # with its path, in a folder
        super().__init__(*words, **given)
        self.key = key or str(self.name).replace("_", "-")
        self.schema = schema  # of its value in a file, where that is not what its type says
        self.envvar = PREFIX + self.key.replace("-", "_").upper()
        self.show_envvar = True

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """What the environment says of it."""
        found = super().value_from_envvar(ctx)
        return None if isinstance(found, str) and found.startswith(KUBERNETES) else found


class AddingOption(click.Option):
    """An option that adds to a provision: to the list that stands in a config file under its `provision`.

    Each of its values is an entry of that list, written as one word.
    """

    def __init__(self, *words: Any, **given: Any) -> None:
        super().__init__(*words, **{**given, "multiple": True})
        self.provision = str(self.name)
        self.envvar = PREFIX + self.provision.upper()
        self.show_envvar = True


class Apis(click.Argument):
    """The APIs, which are a setting, too."""

    key, live, secret, schema = "apis", False, False, None

    @staticmethod
    def shown(value: Any) -> Any:
        """As it is."""
        return value


class Which(click.ParamType):  # type: ignore[type-arg]
    """Which resources exist: `known` or `any`; as a setting, whether any does."""

    name = "known|any"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bool:
        """Whether any resource exists."""
        words = {"known": False, "any": True, "false": False, "true": True}
        if isinstance(value, bool):
            return value
        if value not in words:
            self.fail(f"{value!r} is neither 'known' nor 'any'", param, ctx)
        return words[value]


def _clock(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        clock_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return value


def _store(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _token(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if wrong := obstacle(value):
        raise click.BadParameter(f"it {wrong}")
    return value


def _faults(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> list[dict[str, Any]]:
    from mockserver.faults.spelling import spelled

    try:
        return [spelled(word) for word in words]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _records(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> list[dict[str, str]]:
    """The entries that `FILE` and `API=FILE` stand for."""
    parts = (word.partition("=") for word in words)
    return [{"api": first, "file": file} if file else {"file": first} for first, _, file in parts]


def _readings(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    wrong = next((value for value in values if "/" not in value.partition("=")[0] or not value.partition("=")[2]), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is no answer to a reading; one looks like API/READING=ANSWER")
    return {value.partition("=")[0]: value.partition("=")[2] for value in values}


def setting(*words: str, **given: Any) -> Callable[[Command], Command]:
    """An option of `serve` that is a setting everywhere."""
    return click.option(*words, cls=SettingOption, **given)


def use_file(context: click.Context, _parameter: click.Parameter, chosen: Path | None) -> Path | None:
    """Let the config file, if there is one, say what flags and the environment do not. Raises Trouble."""
    if context.resilient_parsing:  # words are completed, nothing is done
        return None
    try:
        check_environment(os.environ, SERVE)
        path = find(chosen)
        if path is not None:
            document = load(path, SERVE)
            context.meta[DOCUMENT] = document
            context.default_map = defaults(document, SERVE)
    except ConfigError as error:
        raise Trouble(str(error)) from error
    return path


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CONFIG = click.option(
    "--config",
    type=FILE,
    is_eager=True,
    expose_value=False,
    callback=use_file,
    envvar=CONFIG_VARIABLE,
    show_envvar=True,
    help="Read settings from this YAML file; without it, from mockserver.yaml where there is one.",
)
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
TLS = (
    setting("--tls", is_flag=True, help="Serve HTTPS, with a certificate of an authority that is made once and kept."),
    setting("--tls-cert", type=READABLE, help="Serve HTTPS with this certificate of your own (PEM), and --tls-key."),
    setting("--tls-key", type=READABLE, help="The key of --tls-cert (PEM), without a password."),
    setting(
        "--tls-folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where the authority is kept; without it, in the folder of your settings.",
    ),
    setting(
        "--tls-host",
        "tls_hosts",
        multiple=True,
        metavar="NAME",
        help="Serve HTTPS under this name or address, too, such as that of a container.",
    ),
)
SETTINGS = (
    click.argument("apis", metavar="[API ...]", nargs=-1, cls=Apis, type=Api(), envvar=f"{PREFIX}APIS"),
    CONFIG,
    setting("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    setting(
        "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0 picks a free one."
    ),
    setting(
        "--workers",
        metavar="N",
        type=click.IntRange(1, MOST_WORKERS),
        default=1,
        show_default=True,
        help="Processes that serve; several need a --store that they share.",
    ),
    setting(
        "--spec", "files", key="specs", type=FILE, multiple=True, help="Serve the API that this YAML file describes."
    ),
    setting(
        "--clock", metavar="real|manual|xN", default="real", show_default=True, callback=_clock, help="How time runs."
    ),
    setting(
        "--reading",
        "readings",
        metavar="API/READING=ANSWER",
        multiple=True,
        callback=_readings,
        schema={"type": "object", "additionalProperties": {"type": "string"}},
        help="Take another answer to a question that the documents leave open.",
    ),
    setting(
        "--resources",
        "any_resource",
        type=Which(),
        metavar="known|any",
        default="known",
        show_default=True,
        schema={"type": "boolean"},
        live=True,
        help="Which resources exist: those named at the start, or every id.",
    ),
    click.option(
        "--records",
        cls=AddingOption,
        metavar="[API=]FILE",
        callback=_records,
        help="Export the rows of this file: lines of JSON, or a JSON array; also compressed by gzip.",
    ),
    click.option(
        "--faults",
        cls=AddingOption,
        metavar="SET|JSON",
        callback=_faults,
        help="Let things go wrong from the start: flaky, overloaded, slow-exports, bad-files, or a fault as JSON.",
    ),
    setting(
        "--store",
        metavar="memory|sqlite:///FILE|postgresql://USER@HOST/DATABASE",
        default=MEMORY,
        show_default=True,
        callback=_store,
        shown=shown,
        placed=placed,
        help="Where state is kept: with this process, in a file that outlives it, or in a database that several share.",
    ),
    setting("--seed", type=int, help="Make the same ids in the same order."),
    setting(
        "--control-token",
        default="",
        secret=True,
        callback=_token,
        help="What the control plane asks for in X-Mock-Token; without it there is none beyond loopback.",
    ),
    *TLS,
    setting(
        "--log-format",
        type=click.Choice([TEXT, JSON]),
        default=TEXT,
        show_default=True,
        help="What is said on standard output: a greeting, or one JSON object a line, also for each request.",
    ),
    setting(
        "--no-control",
        "bare",
        key="no-control",
        is_flag=True,
        help="No control plane: its paths are unknown, as they are to a provider.",
    ),
)


def with_settings(command: Command) -> Command:
    """Give a command the settings of `serve`."""
    for each in reversed(SETTINGS):
        command = each(command)
    return command


@with_settings
def _serve(**_given: Any) -> None: ...


SERVE = click.command("serve")(_serve)  # whose parameters are all the settings there are


def additions(given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What these options, by name, add to each provision."""
    names = (each.provision for each in SERVE.params if isinstance(each, AddingOption))
    return {name: given[name] for name in names if given[name]}


def document_of(context: click.Context) -> Document | None:
    """The config file that is used; None where there is none."""
    found: Document | None = context.meta.get(DOCUMENT)
    return found
