"""Who vouches for a mock behind TLS: an authority that is made once and kept, or a certificate of one's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

ORGANIZATION = "mockserver"
HERE = ("localhost", "127.0.0.1", "::1")
LASTS = timedelta(days=397)  # what clients accept at most of a server's certificate
BEFORE = timedelta(days=1)  # for clients whose clock is behind
KEY, CERTIFICATE = "authority.key", "authority.pem"


class TlsError(ValueError):
    """Certificates that cannot be used; the message says which, why, and what would do."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How a mock proves who it is."""

    folder: Path | None = None  # of the authority; None: that of the user's settings
    hosts: tuple[str, ...] = ()  # names and addresses under which it is called, besides those of this machine
    certificate: Path | None = None  # one's own, PEM, with those between it and its authority; None: one is issued
    key: Path | None = None  # of one's own certificate


@dataclass(frozen=True, slots=True)
class Identity:
    """Files in PEM form."""

    certificate: Path
    key: Path
    authority: Path | None  # for clients to trust; None: they have to know it


def tls_of(given: Mapping[str, Any]) -> Tls | None:
    """How a mock with these options, by name, proves who it is; None: it serves HTTP."""
    folder = Path(given["tls_folder"]) if given.get("tls_folder") else None
    tls = Tls(folder, tuple(given.get("tls_hosts", ())), given.get("tls_cert"), given.get("tls_key"))
    return tls if given.get("tls") or tls.certificate or tls.key or tls.hosts else None


def default_folder() -> Path:
    """Where the authority is kept: in the folder of the user's settings."""
    from click import get_app_dir

    return Path(get_app_dir(ORGANIZATION)) / "tls"


def authority_file(tls: Tls) -> Path | None:
    """The certificate that clients have to trust; None with a certificate of one's own. Raises TlsError."""
    return None if tls.certificate else _authority(tls.folder or default_folder())[1]


@contextmanager
def identity(tls: Tls, hosts: Iterable[str], now: float) -> Iterator[Identity]:
    """What a server shows that is called by `hosts`, from the epoch second `now` on. Raises TlsError."""
    if tls.certificate or tls.key:
        yield _own(tls)
        return
    issuer, trusted = _authority(tls.folder or default_folder())
    moment = datetime.fromtimestamp(now, UTC)
    names = dict.fromkeys([*HERE, *hosts, *tls.hosts])
    with TemporaryDirectory() as folder:
        try:
            issued = issuer.issue_cert(*names, not_before=moment - BEFORE, not_after=moment + LASTS)
        except ValueError as error:
            raise TlsError(f"no certificate can be issued for {', '.join(names)}: {error}") from error
        certificate, key = Path(folder, "server.pem"), Path(folder, "server.key")
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        _write(key, issued.private_key_pem.bytes())
        yield Identity(certificate, key, trusted)


def _own(tls: Tls) -> Identity:
    if tls.certificate is None or tls.key is None:
        raise TlsError("a certificate of one's own takes both: --tls-cert FILE and --tls-key FILE")
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key, _no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        said = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        message = f"{tls.certificate} and {tls.key} are no certificate and its key, both PEM, without a password"
        raise TlsError(f"{message}: {said}") from error
    return Identity(tls.certificate, tls.key, None)


def _no_password() -> str:
    raise ValueError("the key asks for a password")


def _authority(folder: Path) -> tuple[trustme.CA, Path]:
    """The authority that is kept in a folder, made when there is none, and its certificate."""
    import trustme

    folder = folder.absolute()
    kept, trusted = folder / KEY, folder / CERTIFICATE
    try:
        if not kept.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = trustme.CA(organization_name=ORGANIZATION, organization_unit_name="authority of a mock")
            _put(kept, made.private_key_pem.bytes() + made.cert_pem.bytes(), is_secret=True)
        pem = kept.read_bytes()
        issuer = trustme.CA.from_pem(pem, pem)
        if not trusted.exists() or trusted.read_bytes() != issuer.cert_pem.bytes():
            _put(trusted, issuer.cert_pem.bytes(), is_secret=False)
    except OSError as error:
        raise TlsError(
            f"no authority can be kept in {folder}: {error.strerror}; choose another --tls-folder"
        ) from error
    except ValueError as error:
        raise TlsError(f"{kept} holds no authority: remove it, and another is made") from error
    return issuer, trusted


def _put(path: Path, content: bytes, *, is_secret: bool) -> None:
    """Write a file whole or not at all. A secret is its owner's alone, and of two who make one the first wins."""
    handle, name = mkstemp(dir=path.parent)  # readable by its owner alone
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    if is_secret:
        with suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    else:
        Path(name).chmod(0o644)
        Path(name).replace(path)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
