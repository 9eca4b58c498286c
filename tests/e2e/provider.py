"""A small login provider on loopback: OpenID Connect's code flow, for real but without passwords.

Its login page lists the people it knows; whoever is clicked is logged in. Tokens are signed with a
key of its own (RS256), codes hold once, the client's secret and PKCE are checked.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT: Final = "boekwacht"
SECRET: Final = "a-secret-of-the-client"
Claims = dict[str, object]


@dataclass
class Provider:
    """What the provider knows; tests change it while it runs.

    Attributes:
        people: The claims that each person's token holds, by the name on the login page.
        issuer: What it calls itself.
        age: Seconds since its tokens were issued, as they say themselves.
        ended: How many logins were ended here.
    """

    people: Mapping[str, Claims]
    issuer: str = ""
    age: int = 0
    ended: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def token(self, name: str, nonce: str) -> str:
        """A signed ID token of a person."""
        issued = int(time.time()) - self.age
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": f"id-of-{name}",
            "name": name,
            "nonce": nonce,
            "iat": issued,
            "exp": int(time.time()) + 3600,
            **self.people[name],
        }
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


@contextmanager
def provider(people: Mapping[str, Claims]) -> Iterator[Provider]:
    """Run a provider that knows these people."""
    known = Provider(people)

    class Handler(_Handler):
        provider = known

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        there = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(there.query).items()}
        if there.path == "/.well-known/openid-configuration":
            self._json(self._metadata())
        elif there.path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif there.path == "/authorize":
            self._people(asked)
        elif there.path == "/chosen":
            self._chosen(asked)
        elif there.path == "/end":
            self.provider.ended += 1
            self._go(asked["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        name, request = self.provider.codes.pop(asked.get("code", ""), ("", {}))
        if not name or not self._is_right(asked, request):
            self._json({"error": "invalid_grant"}, 400)
            return
        self._json(
            {
                "access_token": secrets.token_urlsafe(),
                "token_type": "Bearer",
                "expires_in": 3600,
                "id_token": self.provider.token(name, request["nonce"]),
            }
        )

    def _metadata(self) -> dict[str, object]:
        at = self.provider.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _people(self, asked: Mapping[str, str]) -> None:
        links = "".join(
            f'<p><a href="/chosen?{html.escape(urlencode({**asked, "who": name}))}">{name}</a></p>'
            for name in self.provider.people
        )
        self._answer(200, "text/html", f"<h1>Who are you?</h1>{links}".encode())

    def _chosen(self, asked: Mapping[str, str]) -> None:
        code = secrets.token_urlsafe()
        self.provider.codes[code] = (asked["who"], dict(asked))
        self._go(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _is_right(self, asked: Mapping[str, str], request: Mapping[str, str]) -> bool:
        """Whether whoever redeems a code is the client that asked for it."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return (
            self.headers.get("Authorization") == f"Basic {basic}"
            and asked.get("redirect_uri") == request["redirect_uri"]
            and challenge == request["code_challenge"]
        )

    def _json(self, value: object, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(value).encode())

    def _go(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        del format, args
