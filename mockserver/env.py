"""`mockserver env`: what the official clients of an API need to come to the mock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mockserver.configuration.options import CONFIG, DEFAULT_PORT, READABLE, setting
from mockserver.hints import BadAddress, places
from mockserver.serving import url_of
from mockserver.shells import Shell, lines
from mockserver.tls import Tls, TlsError, authority_file, tls_of
from mockserver.trouble import Trouble
from openapi.document import SpecError
from openapi.manual import Api, Command


@click.command(cls=Command, short_help="Print the settings of an API's official clients.")
@click.argument("api", type=Api())
@CONFIG
@setting("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="Of a local mock.")
@click.option("--url", default="", help="Address of the mock, when it is elsewhere.")
@click.option(
    "--shell",
    type=click.Choice([each.value for each in Shell]),
    default=Shell.BASH.value,
    show_default=True,
    help="Who reads it.",
)
@setting("--tls", is_flag=True, help="The mock is served with --tls.")
@setting(
    "--tls-folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its authority is kept; without it, in the folder of your settings.",
)
@setting("--host", default="127.0.0.1", hidden=True)
@setting("--tls-cert", type=READABLE, hidden=True)
@setting("--tls-key", type=READABLE, hidden=True)
@setting("--tls-host", "tls_hosts", multiple=True, hidden=True)
def env(api: str, url: str, shell: str, **options: Any) -> None:
    """Print lines that point the official clients of an API at the mock, for `eval`.

    Where the mock is, and whether it is behind TLS, is taken from its config file, too.
    """
    from openapi.loader import load, suggestion

    try:
        tls = tls_of(options) or (Tls(options["tls_folder"]) if url.startswith("https:") else None)
        names = places(url or _url(options, tls), authority=str((tls and authority_file(tls)) or ""))
        found = [*lines(Shell(shell), load(api).clients, names)]
    except SpecError as error:
        raise Trouble(f"{error}{suggestion([api])}") from error
    except (BadAddress, TlsError) as error:
        raise Trouble(str(error)) from error
    click.echo("\n".join(found))


def _url(options: dict[str, Any], tls: Tls | None) -> str:
    if not options["port"]:
        raise BadAddress("port 0 is another one each time: say where the mock is with --url")
    return url_of(options["host"], options["port"], is_secure=tls is not None)
