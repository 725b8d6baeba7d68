"""Who is let in: host names, pages of other sites, keys, tokens, roles, and a set-up that would let strangers in."""

import base64
import hmac
import http.client
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from precert.request import RequestError
from precert.surfaces.http.identity import Keys, Role, Tokens
from precert.surfaces.http.settings import Issuer, Settings, check, issuer_of
from tests.http.conftest import Keyed
from tests.http.server import CASE, Server, precert
from tests.http.test_api import POST, refused

# -- hosts and origins -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "127.0.0.1:x", "", "127.0.0.2", "[::1].evil"])
def test_another_host_name_is_refused(client: httpx.Client, host: str) -> None:
    refused(client.get("/v1/lists", headers={"Host": host}), 421, "wrong-host")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST:8000", "[::1]:80", "[::1]"])
def test_the_names_of_this_machine_are_taken(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_gets_nowhere(client: httpx.Client, headers: dict[str, str]) -> None:
    refused(client.post(POST, json=CASE, headers=headers), 403, "wrong-origin")


def test_our_own_page_may_ask(open_server: Server, client: httpx.Client) -> None:
    headers = {"Origin": open_server.url, "Sec-Fetch-Site": "same-origin"}
    answer = client.post(POST, json=CASE, headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_header_that_two_readers_could_take_for_two_things_is_refused(open_server: Server) -> None:
    for name in ("Host", "Content-Type", "X-API-Key"):
        connection = http.client.HTTPConnection("127.0.0.1", open_server.port, timeout=10)
        connection.putrequest("GET", "/v1/lists", skip_host=name == "Host")
        for value in ("127.0.0.1", "other"):
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (400, "malformed")
        connection.close()


def test_every_answer_has_the_security_headers(client: httpx.Client) -> None:
    for path in ("/v1/lists", "/docs", "/nothing", "/v1/reviews"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_through_a_proxy_nobody_is_let_in_without_keys(client: httpx.Client, reader: httpx.Client) -> None:
    refused(client.get("/v1/lists", headers={"X-Forwarded-For": "10.0.0.1"}), 403, "proxied")
    assert reader.get("/v1/lists", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 200


# -- keys and roles --------------------------------------------------------------------------------------------------------

READ = ("/v1/lists", "/v1/codes/22551", "/v1/search?q=spine", "/metrics", f"/v1/records/{'0' * 32}")


def test_with_keys_set_up_reading_takes_one(keyed: Keyed) -> None:
    with keyed.server.client() as stranger:
        for path in READ:
            answer = stranger.get(path)
            refused(answer, 401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")
        refused(stranger.post(POST, json=CASE), 401, "unauthenticated")
        assert stranger.get("/healthz").status_code == stranger.get("/readyz").status_code == 200


def test_a_role_opens_what_it_is_for(keyed: Keyed) -> None:
    with keyed.server.client(keyed.read) as found:
        assert found.get("/v1/lists").status_code == 200
        refused(found.get("/v1/reviews"), 403, "forbidden")
        refused(found.post("/v1/lists/x/publication"), 403, "forbidden")
    with keyed.server.client(keyed.review) as found:
        assert found.get("/v1/reviews").status_code == found.get("/v1/lists").status_code == 200
        refused(found.post("/v1/lists/x/publication"), 403, "forbidden")
    with keyed.server.client(keyed.publish) as found:
        refused(found.get("/v1/reviews"), 403, "forbidden")
        refused(found.post("/v1/lists/x/publication"), 404, "unknown-list")


def test_without_keys_nobody_reviews_or_publishes(client: httpx.Client) -> None:
    refused(client.get("/v1/reviews"), 401, "unauthenticated")
    refused(client.post("/v1/decisions", json={}), 401, "unauthenticated")
    refused(client.post("/v1/drafts?plan=x", files={"document": b"x"}), 401, "unauthenticated")
    refused(client.post("/v1/lists/cigna-commercial/publication"), 401, "unauthenticated")


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", lambda key: key.upper(), lambda _: "x"])
def test_a_key_that_is_none_opens_nothing(keyed: Keyed, change: Any) -> None:  # noqa: ANN401 - a function of a text
    with keyed.server.client() as found:
        refused(found.get("/v1/lists", headers={"X-API-Key": change(keyed.read)}), 401, "unauthenticated")
        refused(found.get("/v1/lists", headers={"Authorization": f"Bearer {change(keyed.read)}"}), 401, "unauthenticated")
        assert found.get("/v1/lists", headers={"Authorization": f"Bearer {keyed.read}"}).status_code == 200


def test_keys_are_kept_as_digests_and_a_key_that_is_taken_out_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys.json"
    keys = Keys(file)
    first, second = keys.make("A. Nurse", ["read"]), keys.make("B. Nurse", ["review", "publish"])
    assert first[-40:] not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0
    found = keys.find(second)
    assert found is not None
    assert (found.subject, found.roles) == ("B. Nurse", frozenset(Role))
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(told | {"keys": told["keys"][1:]}), "utf-8")
    assert keys.find(first) is None
    assert keys.find(second) is not None
    for name, roles in (("", ["read"]), ("x\ny", ["read"]), ("x", []), ("x", ["all"])):
        with pytest.raises(RequestError, match="a key is for a NAME"):
            keys.make(name, roles)


# -- the set-up ------------------------------------------------------------------------------------------------------------


def test_listening_to_others_takes_keys(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    for more in ({"host": "0.0.0.0"}, {"host": "::"}, {"host": "192.168.0.1"}, {"hosts": ("localhost", "precert.example")}):  # noqa: S104 - refused
        with pytest.raises(RequestError, match="can be reached from other machines"):
            check(Settings(keys=keys, **more))
    Keys(keys).make("A. Nurse", ["read"])
    check(Settings(keys=keys, host="0.0.0.0"))  # noqa: S104 - as above


def test_the_command_refuses_to_listen_to_others_without_keys(tmp_path: Path) -> None:
    done = precert(tmp_path / "home", "serve", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().count("\n") == 1
    assert "can be reached from other machines" in done.stderr.decode()


def test_the_issuer_is_named_whole_and_asked_safely() -> None:
    whole = {
        "PRECERT_OIDC_ISSUER": "https://id.example",
        "PRECERT_OIDC_AUDIENCE": "precert",
        "PRECERT_OIDC_JWKS": "https://id.example/keys",
    }
    assert issuer_of({}) is None
    assert issuer_of(whole) == Issuer(issuer="https://id.example", audience="precert", jwks="https://id.example/keys")
    for name in whole:
        with pytest.raises(RequestError, match="belong together"):
            issuer_of({key: value for key, value in whole.items() if key != name})
    with pytest.raises(RequestError, match="https"):
        issuer_of(whole | {"PRECERT_OIDC_JWKS": "http://id.example/keys"})


# -- tokens ----------------------------------------------------------------------------------------------------------------

RSA, OTHER, CURVE = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())


class _Jwks(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        keys = [
            json.loads(RSAAlgorithm.to_jwk(RSA.public_key())) | {"kid": "rsa", "alg": "RS256"},
            json.loads(ECAlgorithm.to_jwk(CURVE.public_key())) | {"kid": "ec", "alg": "ES256"},
            {"kty": "oct", "kid": "shared", "alg": "HS256", "k": "c2VjcmV0"},
        ]
        body = json.dumps({"keys": keys}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def jwks() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Jwks) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/keys"
        server.shutdown()
        thread.join()


@pytest.fixture
def tokens(jwks: str) -> Tokens:
    return Tokens(Issuer(issuer="https://id.example", audience="precert", jwks=jwks))


def claims(**change: Any) -> dict[str, Any]:  # noqa: ANN401 - claims have no better type
    now = datetime.now(UTC)
    told = {"iss": "https://id.example", "aud": "precert", "sub": "nurse-1", "exp": now + timedelta(minutes=5), "roles": ["review"]}
    return {name: value for name, value in (told | change).items() if value is not None}


def signed(told: dict[str, Any], *, key: Any = RSA, algorithm: str = "RS256", kid: str = "rsa") -> str:  # noqa: ANN401 - keys of any kind
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": kid})


def confused(told: dict[str, Any], public: bytes) -> str:
    """A token that is signed by the public key as if it were a shared secret."""
    whole = told | {"exp": int(told["exp"].timestamp())}
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in ({"alg": "HS256", "kid": "rsa"}, whole)]
    mac = hmac.digest(public, b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def test_a_token_of_the_issuer_opens_what_its_roles_are_for(tokens: Tokens) -> None:
    found = tokens.find(signed(claims()))
    assert found is not None
    assert (found.subject, found.roles) == ("nurse-1", frozenset({Role.READ, Role.REVIEW}))
    by_curve = tokens.find(signed(claims(roles="publish other"), key=CURVE, algorithm="ES256", kid="ec"))
    assert by_curve is not None
    assert by_curve.roles == {Role.READ, Role.PUBLISH}
    nothing = tokens.find(signed(claims(roles=None)))
    assert nothing is not None
    assert not nothing.roles


def test_a_token_that_is_not_valid_opens_nothing(tokens: Tokens) -> None:
    past, future = datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC) + timedelta(minutes=5)
    public = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    refused_tokens = [
        signed(claims(exp=past)),
        signed(claims(exp=None)),
        signed(claims(nbf=future)),
        signed(claims(aud="another")),
        signed(claims(aud=None)),
        signed(claims(iss="https://evil.example")),
        signed(claims(iss=None)),
        signed(claims(sub=None)),
        signed(claims(sub="")),
        signed(claims(sub="x\ny")),
        signed(claims(sub="x" * 256)),
        signed(claims(), key=OTHER),
        signed(claims(), kid="nobody"),
        signed(claims(), kid="ec"),
        signed(claims(), algorithm="RS512"),
        signed(claims(), algorithm="PS256"),
        jwt.encode(claims(), "", algorithm="none", headers={"kid": "rsa"}),
        confused(claims(), public),
        jwt.encode(claims(), b"secret".ljust(32), algorithm="HS256", headers={"kid": "shared"}),
        jwt.encode(claims(), RSA, algorithm="RS256"),
        signed(claims()) + "x",
        signed(claims(more="x" * 9000)),
        "a.b.c",
        "",
    ]
    assert [each for each in refused_tokens if tokens.find(each) is not None] == []


def test_strangers_cannot_make_us_ask_the_issuer_all_the_time(tokens: Tokens) -> None:
    before = len(_Jwks.asked)
    for number in range(20):
        assert tokens.find(signed(claims(), kid=f"kid-{number}")) is None
    assert len(_Jwks.asked) == before + 1
