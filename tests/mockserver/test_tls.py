"""Is the authority of a mock behind TLS made once, kept, and its key nobody else's?"""

from __future__ import annotations

import re
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import trustme
from click.testing import CliRunner
from cryptography import x509

import mockserver
from mockserver.cli import commands
from mockserver.client import HttpDoor, trusting
from mockserver.listeners import Listener
from mockserver.tls import LASTS, Tls, TlsError, authority_file, identity
from tests.mockserver.control_plane import start
from tests.ports import free_port

API = "huawei-iotda"
NOW = datetime(2026, 1, 31, tzinfo=UTC)
LATER = datetime(2999, 1, 1, tzinfo=UTC)


def issued(tls: Tls, *hosts: str) -> x509.Certificate:
    with identity(tls, hosts, NOW.timestamp()) as found:
        return x509.load_pem_x509_certificate(found.certificate.read_bytes())


def names(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(each.value) for each in extension.value]


def test_the_authority_is_made_once(tmp_path: Path) -> None:
    first = authority_file(Tls(tmp_path))
    assert first is not None
    content = first.read_bytes()
    first.unlink()
    assert authority_file(Tls(tmp_path)) == first
    assert first.read_bytes() == content


def test_only_its_owner_reads_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "tls"
    authority_file(Tls(folder))
    assert stat.S_IMODE((folder / "authority.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {each.name for each in folder.iterdir()} == {"authority.key", "authority.pem"}
    assert b"PRIVATE" not in (folder / "authority.pem").read_bytes()


def test_those_who_make_one_at_the_same_time_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: issued(Tls(tmp_path)).issuer, range(8)))
    kept = x509.load_pem_x509_certificate((tmp_path / "authority.pem").read_bytes())
    assert set(found) == {kept.subject}
    assert {each.name for each in tmp_path.iterdir()} == {"authority.key", "authority.pem"}


def test_a_certificate_is_for_the_names_that_the_mock_has(tmp_path: Path) -> None:
    found = issued(Tls(tmp_path, hosts=("mock.test",)), "192.0.2.7")
    assert names(found) == ["localhost", "127.0.0.1", "::1", "192.0.2.7", "mock.test"]


def test_a_certificate_lasts_as_long_as_clients_accept(tmp_path: Path) -> None:
    found = issued(Tls(tmp_path))
    assert found.not_valid_before_utc < NOW
    assert found.not_valid_after_utc == NOW + LASTS
    assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=398)


def test_the_key_of_a_certificate_does_not_outlast_the_server(tmp_path: Path) -> None:
    with identity(Tls(tmp_path), [], NOW.timestamp()) as found:
        assert stat.S_IMODE(found.key.stat().st_mode) == 0o600
    assert not found.key.exists()


def test_a_certificate_of_ones_own_is_taken(tmp_path: Path) -> None:
    own = trustme.CA().issue_cert("127.0.0.1")
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.pem"))
    own.private_key_pem.write_to_path(str(tmp_path / "own.key"))
    tls = Tls(certificate=tmp_path / "own.pem", key=tmp_path / "own.key")
    with identity(tls, [], NOW.timestamp()) as found:
        assert (found.certificate, found.key) == (tls.certificate, tls.key)
    assert authority_file(tls) is None


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("own.pem", None, "takes both: --tls-cert FILE and --tls-key FILE"),
        (None, "own.key", "takes both"),
        ("own.pem", "other.key", "are no certificate and its key"),
        ("own.key", "own.pem", "are no certificate and its key"),
        ("own.pem", "nowhere", "No such file"),
    ],
)
def test_a_certificate_that_is_no_good_is_told(
    tmp_path: Path, certificate: str | None, key: str | None, said: str
) -> None:
    authority = trustme.CA()
    for name in ("own", "other"):
        made = authority.issue_cert("127.0.0.1")
        made.cert_chain_pems[0].write_to_path(str(tmp_path / f"{name}.pem"))
        made.private_key_pem.write_to_path(str(tmp_path / f"{name}.key"))
    tls = Tls(certificate=tmp_path / certificate if certificate else None, key=tmp_path / key if key else None)
    with pytest.raises(TlsError) as raised, identity(tls, [], NOW.timestamp()):
        pass
    assert said in str(raised.value)


def test_a_folder_with_something_else_in_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "authority.key").write_text("nothing")
    with pytest.raises(TlsError, match="holds no authority: remove it, and another is made"):
        authority_file(Tls(tmp_path))


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TlsError, match="choose another --tls-folder"):
        authority_file(Tls(tmp_path / "file" / "tls"))


def test_a_name_that_no_certificate_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match="no certificate can be issued"):
        issued(Tls(tmp_path, hosts=("no name at all!",)))


def test_who_connects_and_says_nothing_keeps_nobody_waiting(tmp_path: Path) -> None:
    with mockserver.Server(API, tls=True, tls_folder=tmp_path) as server:
        host, _, port = server.host.partition(":")
        with socket.create_connection((host, int(port))):
            answer = requests.get(f"{server.url}/_mock/health", verify=server.authority, timeout=60)
        assert answer.json()["apis"] == ["huawei-iam", API]


def test_who_speaks_no_tls_does_no_harm(tmp_path: Path) -> None:
    with mockserver.Server(API, tls=True, tls_folder=tmp_path) as server:
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://{server.host}/_mock/health", timeout=60)
        assert requests.get(f"{server.url}/_mock/health", verify=server.authority, timeout=60).ok


def test_a_mock_behind_tls_is_moved_from_the_command_line_and_from_python(tmp_path: Path) -> None:
    with mockserver.Server(API, tls=True, tls_folder=tmp_path, clock="manual") as server:
        command = ["ctl", "--url", server.url, "--tls-folder", str(tmp_path), "clock", "advance", "60"]
        before = server.clock.now()
        assert CliRunner().invoke(commands, command).exit_code == 0
        assert (server.clock.now() - before).total_seconds() == 60
        control = mockserver.Control(HttpDoor(server.url, session=trusting(server.authority)))
        assert control.clock.now() == server.clock.now()
        with pytest.raises(ConnectionError, match="no certificate of an authority that is trusted"):
            mockserver.Control(HttpDoor(server.url)).clock.now()


@pytest.mark.parametrize(
    ("name", "ends", "said"),
    [
        ("elsewhere.example", LATER, "has no certificate that is good here: IP address mismatch, certificate is not"),
        ("127.0.0.1", NOW, "has no certificate that is good here: certificate has expired"),
    ],
)
def test_what_is_wrong_with_a_certificate_of_a_trusted_authority_is_told(
    tmp_path: Path, name: str, ends: datetime, said: str
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    own = authority.issue_cert(name, not_before=NOW - timedelta(1), not_after=ends)
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.pem"))
    own.private_key_pem.write_to_path(str(tmp_path / "own.key"))
    tls = Tls(certificate=tmp_path / "own.pem", key=tmp_path / "own.key")
    listener = Listener(start().app.extensions["gateway"], 0, tls)
    try:
        door = HttpDoor(f"https://127.0.0.1:{listener.port}", session=trusting(tmp_path / "authority.pem"))
        with pytest.raises(ConnectionError, match=re.escape(said)):
            mockserver.Control(door).clock.now()
    finally:
        listener.stop()


def test_a_mock_that_speaks_no_tls_is_told_as_one(tmp_path: Path) -> None:
    with mockserver.Server(API) as server:
        command = ["ctl", "--url", f"https://{server.host}", "--tls-folder", str(tmp_path), "health"]
        said = f"Error: https://{server.host} speaks no TLS; without it, a mock is at {server.url}\n"
        assert CliRunner().invoke(commands, command).output == said


def test_an_authority_is_trusted_that_is_only_made_when_the_mock_starts(tmp_path: Path) -> None:
    port, authority = free_port(), tmp_path / "authority.pem"
    door = HttpDoor(f"https://127.0.0.1:{port}", authority=authority)
    assert not authority.exists()
    with mockserver.Server(API, port=port, tls=True, tls_folder=tmp_path):
        assert mockserver.Control(door).health()["status"] == "ok"
