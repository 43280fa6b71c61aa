"""Proxies and authorities of the environment count for other machines, and nothing else of it does."""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import trustme

from contracts.target import Oversized, Unreachable
from contracts.targets.http import Bounds, Http
from contracts.targets.network import DIRECT, Network, network_of
from openapi.messages import Request
from tests.contracts.raw import http, talking

GET = Request("GET", "/", headers={"host": "here", "authorization": "secret"})
FAR = "http://cloud.example.com"


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def secure(certificate: trustme.LeafCert) -> Iterator[str]:
    """The address of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def answer(_: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    server = make_server("127.0.0.1", 0, answer, handler_class=Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def failure(wire: Http) -> Unreachable:
    """Why a request is not answered."""
    with closing(wire), pytest.raises(Unreachable) as raised:
        wire.send(GET)
    return raised.value


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({"HTTPS_PROXY": "http://p:1"}, "https://cloud.example.com", {"https": "http://p:1"}),
        ({"https_proxy": "http://q:1", "HTTPS_PROXY": "http://p:1"}, "https://a.b", {"https": "http://q:1"}),
        ({"ALL_PROXY": "http://p:1"}, "https://cloud.example.com", {"https": "http://p:1"}),
        ({"HTTP_PROXY": "http://p:1"}, "https://cloud.example.com", {}),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.com"}, "https://cloud.example.com", {}),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://cloud.example.com", {}),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.com"}, "https://a.b", {"https": "http://p:1"}),
        ({"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, "https://127.0.0.1:4010", {}),
        ({"HTTP_PROXY": "http://p:1"}, "http://localhost:4010", {}),
        ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:4010", {}),
        ({}, "https://cloud.example.com", {}),
    ],
)
def test_the_proxy_of_an_address_is_the_one_of_the_environment(
    environment: Mapping[str, str], url: str, proxy: Mapping[str, str]
) -> None:
    assert network_of(environment).proxies_for(url) == proxy


def test_the_first_file_of_authorities_counts(tmp_path: Path) -> None:
    for name in ("a.pem", "b.pem"):
        (tmp_path / name).touch()
    both = {"SSL_CERT_FILE": str(tmp_path / "a.pem"), "REQUESTS_CA_BUNDLE": str(tmp_path / "b.pem")}
    assert network_of(both).verify == str(tmp_path / "a.pem")
    assert network_of({"REQUESTS_CA_BUNDLE": str(tmp_path / "b.pem")}).verify == str(tmp_path / "b.pem")
    assert network_of({}).verify is True


def test_authorities_that_are_not_there_are_told() -> None:
    with pytest.raises(ValueError, match=r"SSL_CERT_FILE names /no/such\.pem, which does not exist"):
        network_of({"SSL_CERT_FILE": "/no/such.pem"})


def test_a_certificate_that_is_not_trusted_names_the_authorities_that_count(tmp_path: Path) -> None:
    path = tmp_path / "others.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    with secure(trustme.CA().issue_cert("127.0.0.1")) as url:
        error = failure(Http(url, network=network_of({"REQUESTS_CA_BUNDLE": str(path)})))
    assert f"the authorities in {path} count alone (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, " in str(error)


@pytest.mark.skipif(find_spec("socks") is not None, reason="PySocks is installed")
def test_a_socks_proxy_that_nothing_here_speaks_to_is_told() -> None:
    network = network_of({"ALL_PROXY": "socks5h://127.0.0.1:1080", "NO_PROXY": "near.example.com"})
    network.require("https://near.example.com")
    with pytest.raises(ValueError, match=r"cloud\.example\.com is reached through a SOCKS proxy.*pip install PySocks"):
        network.require("https://cloud.example.com")


def test_a_request_goes_through_the_proxy() -> None:
    asked: list[bytes] = []

    def answer(request: bytes) -> list[bytes]:
        asked.append(request)
        return [http({"n": 1})]

    with talking(answer) as proxy, closing(Http(FAR, network=Network({"http": proxy}))) as wire:
        assert [wire.send(GET).body for _ in range(2)] == [b'{"n": 1}'] * 2
    assert asked[0].startswith(b"GET http://cloud.example.com/ HTTP/1.1\r\n")


def test_a_proxy_that_never_ends_is_given_up_at_the_deadline() -> None:
    over = Event()

    def drip(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while not over.wait(0.02):
            yield b"x"

    with talking(drip) as proxy, closing(Http(FAR, Bounds(5, 0.3), Network({"http": proxy}))) as wire:
        with pytest.raises(Unreachable, match=r"its answer took more than 0\.3 s"):
            wire.send(GET)
        over.set()


def test_a_proxy_that_is_not_there_is_named_without_its_password() -> None:
    network = Network({"http": "http://me:geheim@127.0.0.1:9"})
    with closing(Http(FAR, network=network)) as wire, pytest.raises(Unreachable) as raised:
        wire.send(GET)
    assert f"{FAR} did not answer through the proxy http://me:***@127.0.0.1:9: Connection refused" in str(raised.value)
    assert "geheim" not in str(raised.value)
    assert not raised.value.may_have_arrived


def test_a_certificate_of_an_authority_that_is_named_is_good(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    network = network_of({"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    with secure(authority.issue_cert("127.0.0.1")) as url, closing(Http(url, network=network)) as wire:
        assert wire.send(GET).body == b"hello"


def test_a_certificate_that_nobody_vouches_for_is_told_in_one_line() -> None:
    with secure(trustme.CA().issue_cert("127.0.0.1")) as url:
        error = failure(Http(url))
    assert re.search("its certificate is not trusted: ", str(error))
    assert "SSL_CERT_FILE" in str(error)
    assert not error.may_have_arrived


def test_a_certificate_of_another_host_is_told(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    network = Network({}, authorities=str(tmp_path / "ca.pem"))
    with secure(authority.issue_cert("other.example.com")) as url:
        error = failure(Http(url, network=network))
    assert re.search(r"its certificate is not trusted: .*127\.0\.0\.1", str(error))


def test_a_server_without_tls_is_told() -> None:
    with talking(lambda _: [http({})]) as url:
        error = failure(Http(url.replace("http:", "https:")))
    assert re.search("did not answer: TLS failed: ", str(error))


def test_a_host_that_is_none_is_told() -> None:
    with closing(Http("http://no-such-host.invalid")) as wire, pytest.raises(Unreachable) as raised:
        wire.send(GET)
    assert "did not answer: there is no such host: " in str(raised.value)
    assert not raised.value.may_have_arrived


def test_a_netrc_never_adds_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password geheim\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    asked: list[bytes] = []
    bare = Request("GET", "/", headers={"host": "here"})
    with talking(lambda request: asked.append(request) or [http({})]) as url, closing(Http(url)) as wire:  # type: ignore[func-returns-value]
        wire.send(bare)
    assert b"authorization" not in asked[0].lower()


def test_no_more_of_a_body_is_read_than_there_is_room_for() -> None:
    sent: list[int] = []

    def endless(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
        for number in range(1500):
            sent.append(number)
            yield b"x" * 65536

    with talking(endless) as url:
        error = failure(Http(url, Bounds(room=lambda: 1000)))
    assert isinstance(error, Oversized)
    assert "answered more than 1000 bytes" in str(error)
    assert len(sent) < 1500


def test_an_answer_that_just_fits_is_read() -> None:
    with talking(lambda _: [http(b"x" * 10)]) as url, closing(Http(url, Bounds(room=lambda: 10))) as wire:
        assert wire.send(GET).body == b"x" * 10


def test_a_mock_is_reached_directly() -> None:
    assert DIRECT.proxies_for("https://cloud.example.com") == {}
