"""How the service is set up: where it listens, who may speak to it, and how much of anything it takes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from precert.request import RequestError
from precert.store.places import home

KEYS = "keys.json"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The host names under which a browser on this machine reaches us. Any other could be a page's own name for this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken, and for how long."""

    case: int = 1 << 20
    """Bytes of a body that is read whole."""
    batch: int = 64 << 20
    batch_cases: int = 100_000
    orders: int = 8 << 20
    """Bytes of booked orders, which two releases are asked for."""
    orders_lines: int = 100_000
    """Their lines, of all cases together."""
    upload: int = 64 << 20
    headers: int = 32 << 10
    """Bytes of the request line and headers together."""
    header_seconds: float = 10
    body_seconds: float = 15
    """To receive a body that is read whole, or the next piece of one that is streamed."""
    work_seconds: float = 30
    ingest_seconds: float = 600
    send_seconds: float = 60
    """Until a client takes the next piece of an answer that is streamed."""
    at_once: int = 256
    """Requests at once; more are told to come back."""
    batches: int = 2
    stop_seconds: int = 30
    """For the requests under way when the service is told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues bearer tokens, for whom, and where its keys are (JWKS)."""

    issuer: str
    audience: str
    jwks: str
    roles: str = "roles"
    """The claim that holds the roles: a list, or words separated by blanks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The set-up of one service."""

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = LOOPBACK
    """The names, without a port, that requests may address."""
    keys: Path = field(default_factory=lambda: home() / KEYS)
    issuer: Issuer | None = None
    open_read: bool = False
    """Reading needs no key even though keys or an issuer are set up."""
    limits: Limits = field(default_factory=Limits)

    @property
    def authenticated(self) -> bool:
        """Whether anybody can be told apart: keys were made, or an issuer is named."""
        return self.issuer is not None or self.keys.is_file()


_TOKENS = ("ISSUER", "AUDIENCE", "JWKS")


def issuer_of(environment: Mapping[str, str] = os.environ) -> Issuer | None:
    """Return the issuer that the environment names (`PRECERT_OIDC_ISSUER`, `_AUDIENCE`, `_JWKS`, `_ROLES`). Raises RequestError."""
    told = {name: environment.get(f"PRECERT_OIDC_{name}", "") for name in _TOKENS}
    if not any(told.values()):
        return None
    if not all(told.values()):
        raise RequestError("bad-setting", "PRECERT_OIDC_ISSUER, PRECERT_OIDC_AUDIENCE and PRECERT_OIDC_JWKS belong together")
    if not told["JWKS"].startswith(("https://", *(f"http://{name}" for name in LOOPBACK))):
        raise RequestError("bad-setting", "PRECERT_OIDC_JWKS is an https address: whoever can change what it answers can sign in")
    roles = environment.get("PRECERT_OIDC_ROLES") or "roles"
    return Issuer(issuer=told["ISSUER"], audience=told["AUDIENCE"], jwks=told["JWKS"], roles=roles)


def check(settings: Settings) -> None:
    """Refuse a set-up that would let strangers in. Raises RequestError `open-to-all`."""
    names = {settings.host, *settings.hosts} - set(LOOPBACK)
    if not settings.authenticated and any(not _loopback(name) for name in names):
        raise RequestError(
            "open-to-all",
            f"`{min(names)}` can be reached from other machines, and nobody could be told apart: make a key first "
            "(precert serve --add-key NAME --role read), or name an issuer of tokens (PRECERT_OIDC_ISSUER)",
        )


def _loopback(name: str) -> bool:
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
