"""Asking an address outside: a webhook's, or that of a picture which another system names.

The address was given by a person, but what it leads to may change, so: http and https alone, no redirects, a limit to time and size, and no
address of this machine or of the link itself (loopback, link-local with the clouds' metadata service, multicast). The name is looked up once and
the connection goes to what was looked at, so that a name cannot point elsewhere in between. Private networks are allowed: a city's other systems
stand there.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Refusal

TIMEOUT = 10.0
"""Seconds for each step; the whole takes at most twice that."""
MOST_ANSWER = 64 * 1024


class BadAddress(Refusal):
    """An address that is not asked, whatever stands there."""

    code = "intake.bad_address"


class NoAnswer(Exception):
    """The other side could not be reached, broke off, or took too long. The text is for the log."""


@dataclass(frozen=True)
class Answered:
    """``body`` up to the limit that was given; ``ms`` from connecting to its last byte."""

    status: int
    body: bytes
    ms: int
    headers: Mapping[str, str] = field(default_factory=dict)


def checked(url: str) -> str:
    """The address, if it is one that may be asked at all: its shape, and an address in figures. Raises BadAddress."""
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError as problem:
        raise BadAddress(_("This is no address of the form https://host/path."), field="url") from problem
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password or parts.fragment or not url.isprintable():
        raise BadAddress(_("This is no address of the form https://host/path."), field="url")
    try:
        figure = ipaddress.ip_address(host)
    except ValueError:
        return url.strip()
    if not _allowed(figure):
        raise _this_machine()
    return url.strip()


def host_of(url: str) -> str:
    """The host of an address that may be asked. Raises BadAddress."""
    return urlsplit(checked(url)).hostname or ""


def ask(
    method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float = TIMEOUT, most: int = MOST_ANSWER
) -> Answered:
    """Send one request and read at most ``most`` bytes of the answer; redirects are answers like others. Raises BadAddress, NoAnswer."""
    parts = urlsplit(checked(url))
    secure, began = parts.scheme == "https", time.monotonic()
    port = parts.port or (443 if secure else 80)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _Pinned(host, port, _where(host, port), secure, timeout)
        try:
            connection.request(method, target, body=body or None, headers=dict(headers or {}))
            answer = connection.getresponse()
            content = _read(answer, most, began + 2 * timeout)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as problem:
        raise NoAnswer(f"{type(problem).__name__}: {problem}"[:200]) from problem
    return Answered(answer.status, content, round((time.monotonic() - began) * 1000), dict(answer.getheaders()))


def _read(answer: http.client.HTTPResponse, most: int, until: float) -> bytes:
    """At most ``most`` bytes, and none after ``until``: who answers a byte a second is no answer."""
    content = b""
    while len(content) < most and (piece := answer.read1(min(65_536, most - len(content)))):
        content += piece
        if time.monotonic() > until:
            raise TimeoutError("the answer took too long")
    return content


def _where(host: str, port: int) -> list[tuple]:
    """The addresses that the name has, each of them one that may be asked. Raises BadAddress, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(_allowed(ipaddress.ip_address(str(place[0]).split("%")[0])) for *_kind, place in found):
        raise _this_machine()
    return found


def _allowed(figure: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(figure, "ipv4_mapped", None)
    if mapped is not None:
        return _allowed(mapped)
    if figure.is_loopback:
        return bool(settings.WEBHOOKS_TO_THIS_MACHINE)
    return not (figure.is_link_local or figure.is_multicast or figure.is_unspecified or (figure.version == 4 and figure.is_reserved))


def _this_machine() -> BadAddress:
    return BadAddress(_("This address leads to this machine or to its network card itself. Give the address of the other system."), field="url")


class _Pinned(http.client.HTTPConnection):
    """A connection to addresses that were looked at, whatever the name points to by now."""

    def __init__(self, host: str, port: int, places: list[tuple], secure: bool, timeout: float):
        super().__init__(host, port, timeout=timeout)
        self._places, self._secure = places, secure
        self.default_port = 443 if secure else 80

    def connect(self) -> None:
        problem: OSError = OSError("no address")
        for family, kind, protocol, _name, place in self._places[:3]:
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(self.timeout)
            try:
                connection.connect(place)
            except OSError as refused:
                connection.close()
                problem = refused
                continue
            self.sock = ssl.create_default_context().wrap_socket(connection, server_hostname=self.host) if self._secure else connection
            return
        raise problem
