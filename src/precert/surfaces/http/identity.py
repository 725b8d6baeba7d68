"""Who asks: an API key, or a bearer token of the issuer that is set up. The roles say what they may do.

A key is random, so its plain SHA-256 is what is kept; the key itself is shown once, when it is made. The file is read again when it
changes, so that a key that is taken out opens nothing any more.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import jwt

from precert.request import RequestError
from precert.store import files
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.settings import Issuer, Settings


class Role(StrEnum):
    """What somebody may do."""

    READ = "read"  # ask, and read lists and records
    REVIEW = "review"  # decide on damaged rows, and hand in documents
    PUBLISH = "publish"  # make a draft the list that answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks: the subject that records and decisions name, and what it may do."""

    subject: str
    roles: frozenset[Role]


ANYBODY = Identity(subject="not authenticated, on this machine", roles=frozenset({Role.READ}))
"""Who asks without a key where reading needs none."""


# -- keys ------------------------------------------------------------------------------------------------------------------

_KEY = re.compile(r"precert_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .@_-]{0,63}", re.ASCII)
_SCHEMA = "precert.keys/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept."""

    id: str
    subject: str
    roles: tuple[str, ...]
    sha256: str
    made_at: str


class Keys:
    """The keys in a file."""

    def __init__(self, file: Path) -> None:
        self._file, self._path = file, str(file)
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, Key] = {}

    @property
    def made(self) -> bool:
        """Whether there is a file of keys."""
        return os.path.exists(self._path)  # noqa: PTH110 - at every question; a path object costs as much again

    def find(self, shown: str) -> Identity | None:
        """Return whose key this is; None when it is none of these."""
        told = _KEY.fullmatch(shown)
        key = self._known().get(told[1]) if told else None
        if key is None or not hmac.compare_digest(key.sha256, _digest(shown)):
            return None
        return Identity(subject=key.subject, roles=_with_read(key.roles))

    def make(self, subject: str, roles: Iterable[str], *, now: datetime | None = None) -> str:
        """Make a key and keep its digest; return the key, which nothing can show again. Raises RequestError, OSError."""
        given = tuple(dict.fromkeys(roles))
        if not _SUBJECT.fullmatch(subject) or not given or set(given) - set(Role):
            raise RequestError("bad-setting", f"a key is for a NAME (letters, digits, `. @ _ -`) with roles of {', '.join(Role)}")
        key_id = secrets.token_hex(6)
        shown = f"precert_{key_id}_{secrets.token_urlsafe(32)}"
        made_at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        kept = [*self._known().values(), Key(id=key_id, subject=subject, roles=given, sha256=_digest(shown), made_at=made_at)]
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"schema": _SCHEMA, "keys": [asdict(each) for each in kept]}, indent=1) + "\n"
        files.replace(self._file, text.encode())
        return shown

    def _known(self) -> dict[str, Key]:
        try:
            told = self._file.stat()
        except FileNotFoundError:
            return {}
        seen = (told.st_ino, told.st_size, told.st_mtime_ns)
        if seen != self._seen:
            self._keys, self._seen = _read(self._file), seen
        return self._keys


def _read(file: Path) -> dict[str, Key]:
    try:
        entries = json.loads(file.read_text("utf-8"))["keys"]
        return {each["id"]: Key(**each | {"roles": tuple(each["roles"])}) for each in entries}
    except (ValueError, TypeError, KeyError) as error:
        raise RequestError("bad-setting", f"`{file}` is not a file of keys as `precert serve --add-key` writes it") from error


def _digest(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()


def _with_read(roles: Iterable[object]) -> frozenset[Role]:
    known = {Role(each) for each in roles if isinstance(each, str) and each in set(Role)}
    return frozenset(known | {Role.READ} if known else known)


# -- tokens ----------------------------------------------------------------------------------------------------------------

_ALGORITHMS = ["RS256", "ES256"]
_LONGEST = 8 << 10
_LEEWAY = 10
_COOLDOWN = 30.0
"""Seconds between two looks at the issuer's keys: a stranger's tokens must not make us ask it all the time."""


@dataclass(slots=True)
class Tokens:
    """Bearer tokens of one issuer."""

    issuer: Issuer
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _asked: float = -_COOLDOWN

    def find(self, token: str) -> Identity | None:
        """Return whose token this is; None when it is not valid here. May ask the issuer for its keys."""
        try:
            claims = self._claims(token)
        except (jwt.PyJWTError, ValueError):
            return None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= 255:  # noqa: PLR2004 - RFC 7519's StringOrURI is bounded by us
            return None
        return Identity(subject=subject, roles=_with_read(self._roles(claims)))

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST:
            raise ValueError
        header = jwt.get_unverified_header(token)
        key = self._key(header.get("kid"))
        # The key's own algorithm decides, never the token's word for it; that word must agree.
        if header.get("alg") not in _ALGORITHMS or header["alg"] != key.algorithm_name:
            raise ValueError
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=self.issuer.audience,
            issuer=self.issuer.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
        return claims

    def _key(self, kid: object) -> jwt.PyJWK:
        if not isinstance(kid, str):
            raise ValueError  # noqa: TRY004 - to the caller, an invalid token like any other
        if kid not in self._keys and time.monotonic() - self._asked >= _COOLDOWN:
            self._asked = time.monotonic()
            found = jwt.PyJWKClient(self.issuer.jwks, cache_jwk_set=False, timeout=5).get_jwk_set(refresh=True)
            self._keys = {each.key_id: each for each in found.keys if each.key_id and each.algorithm_name in _ALGORITHMS}
        if kid not in self._keys:
            raise ValueError
        return self._keys[kid]

    def _roles(self, claims: Mapping[str, Any]) -> Iterable[object]:
        told = claims.get(self.issuer.roles, ())
        return told.split() if isinstance(told, str) else told if isinstance(told, list) else ()


# -- both ------------------------------------------------------------------------------------------------------------------


class Doorkeeper:
    """Finds who asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.keys = Keys(settings.keys)
        self._tokens = Tokens(settings.issuer) if settings.issuer else None

    @property
    def reading_is_open(self) -> bool:
        """Whether reading needs no key: nobody can be told apart, or the set-up says so."""
        return self._settings.open_read or (self._tokens is None and not self.keys.made)

    def find(self, key: str | None, authorization: str | None) -> Identity:
        """Return who asks, by the two headers that can say so. Raises Problem `unauthenticated`. May take as long as a network does."""
        if key is None and authorization is None:
            if self.reading_is_open:
                return ANYBODY
            raise unauthenticated()
        found = self._shown(key, authorization)
        if found is None:
            raise unauthenticated()
        return found

    def _shown(self, key: str | None, authorization: str | None) -> Identity | None:
        if key is not None:
            return self.keys.find(key)  # it decides, whatever else is shown
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        if token.startswith("precert_"):
            return self.keys.find(token)
        return self._tokens.find(token) if self._tokens else None


def unauthenticated() -> Problem:
    """Return the problem of a request that shows no key or token that is valid."""
    return Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="precert"'})
