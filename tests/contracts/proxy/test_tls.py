"""A server behind TLS, and a client before it."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from contracts.proxy.certificates import Certificates
from contracts.proxy.upstream import upstream
from contracts.targets.network import AUTHORITIES
from tests.contracts.proxy.between import Between, answering, everything, proxying, scripted, until

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def behind_tls(authority: trustme.CA, host: str = "127.0.0.1", answer: bytes = OK) -> Iterator[str]:
    """The address of a server that speaks TLS as `host`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as shaken:
            answering(answer)(shaken)

    with scripted(script) as url:
        yield url.replace("http://", "https://")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that the proxy is told to trust."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv(AUTHORITIES[0], str(tmp_path / "authority.pem"))
    return made


def asked(between: Between) -> bytes:
    with between.connect() as client:
        client.sendall(GET)
        return everything(client)


def test_a_server_behind_tls_is_asked_in_tls(authority: trustme.CA) -> None:
    with behind_tls(authority) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert until(client, b"ok").endswith(b"\r\n\r\nok")


def test_a_certificate_of_another_host_is_not_taken(authority: trustme.CA) -> None:
    with behind_tls(authority, host="elsewhere.example.com") as url, proxying(url) as between:
        found = json.loads(asked(between).partition(b"\r\n\r\n")[2])
    assert found["code"] == "upstream-unreachable"
    assert "not valid for '127.0.0.1'" in found["message"]


def test_a_certificate_of_nobody_who_is_trusted_is_not_taken(authority: trustme.CA) -> None:
    assert authority
    with behind_tls(trustme.CA()) as url, proxying(url) as between:
        assert json.loads(asked(between).partition(b"\r\n\r\n")[2])["code"] == "upstream-unreachable"


def test_an_answer_in_tls_that_ends_early_ends_early_for_the_client_too(authority: trustme.CA) -> None:
    part = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart"
    with behind_tls(authority, answer=part) as url, proxying(url) as between:
        assert asked(between) == part


def test_a_file_of_authorities_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AUTHORITIES[0], "/no/such/file.pem")
    with pytest.raises(ValueError, match=r"/no/such/file\.pem, which does not exist"):
        upstream("https://cloud.example.com")


def test_one_port_speaks_plain_http_and_tls(tmp_path: Path) -> None:
    certificates = Certificates()
    certificates.write(tmp_path / "authority.pem")
    context = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
    with scripted(answering(OK)) as url, proxying(url, certificates=certificates) as between:
        with between.connect() as plain:
            plain.sendall(GET)
            assert until(plain, b"ok").endswith(b"ok")
        with between.connect() as raw, context.wrap_socket(raw, server_hostname="127.0.0.1") as shaken:
            shaken.sendall(GET)
            assert until(shaken, b"ok").endswith(b"ok")


def test_the_key_of_the_authority_is_written_nowhere(tmp_path: Path) -> None:
    Certificates().write(tmp_path / "authority.pem")
    assert "PRIVATE KEY" not in (tmp_path / "authority.pem").read_text()
