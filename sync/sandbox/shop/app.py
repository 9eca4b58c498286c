"""The simulated shop as a whole: from a request to a response, in Magento's order of checks."""

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from sync.clock import Clock
from sync.sandbox.http import Request, Response
from sync.sandbox.shop.auth import Authenticator
from sync.sandbox.shop.body import read_body
from sync.sandbox.shop.endpoints import Call, Endpoints
from sync.sandbox.shop.errors import InternalError, PageError, ShopError, required
from sync.sandbox.shop.fields import ScalarError, choose, parse_fields
from sync.sandbox.shop.php import dumps, parse_query
from sync.sandbox.shop.render import answer_type, encoded, page
from sync.sandbox.shop.schema import describe
from sync.sandbox.shop.settings import ShopSettings
from sync.sandbox.shop.state import ShopState
from sync.sandbox.shop.urls import api_path, check_method, find_route

_MAX_TARGET = 8 * 1024  # the web server's limit on a request's first line


class Shop:
    """A Magento 2.4.7 on loopback.

    Attributes:
        settings: May be replaced while the shop runs, e.g. to begin maintenance.
        state: What the shop holds.
    """

    def __init__(self, settings: ShopSettings, clock: Clock, folder: Path | None = None) -> None:
        """Open the shop; `folder` keeps its contents, None forgets them."""
        self.settings = settings
        self.state = ShopState(folder)
        self._clock = clock
        self._authenticator = Authenticator(clock, secrets.token_bytes(32))
        self._endpoints = Endpoints(self.state, clock)

    def handle(self, request: Request) -> Response:
        """Answer one request; safe for use by several threads."""
        return self._answered(request, self.settings)

    def misbehave(self, fault: str, request: Request) -> Response | None:
        """Play a fault of the shop itself; None when it does not concern this call.

        Wrong credentials: integrations and administrators are unknown; tokens that administrators
        hold already stay valid. An expired session: the administrator's token is of no use any
        more; an integration's keys never expire.
        """
        if fault == "wrong_credentials" and self._presents_credentials(request):
            return self._answered(request, replace(self.settings, integrations=(), admins={}))
        if fault == "expired_session" and self._authenticator.expire(request):
            return self.handle(request)
        return None

    def close(self) -> None:
        """Close what the shop keeps on disk."""
        self.state.close()

    def _presents_credentials(self, request: Request) -> bool:
        is_login = request.path.rstrip("/").endswith("/V1/integration/admin/token")
        return is_login or self._authenticator.is_integrations(request)

    def _answered(self, request: Request, settings: ShopSettings) -> Response:
        try:
            return self._handle(request, settings)
        except PageError as error:
            return page(error)

    def _handle(self, request: Request, settings: ShopSettings) -> Response:
        if settings.maintenance:
            raise PageError(503, "Error 503: Service Unavailable")
        if len(request.path) + len(request.query) > _MAX_TARGET:
            raise PageError(414, "414 Request-URI Too Large")
        media_type = answer_type(request.headers.get("Accept"))
        try:
            check_method(request.method)
            codes = {str(one["code"]) for one in self.state.listing("store_views")}
            path = api_path(request.path, codes - {"admin"})
            query = parse_query(request.query)
            if path.startswith("schema"):
                return self._schema(request, query)
            text = self._answer(request, path.rstrip("/"), query, settings)
            return encoded(200, _cut(text, query), media_type)
        except ScalarError:
            return encoded(500, dumps(InternalError(self._clock.now()).body()), media_type)
        except ShopError as error:
            return encoded(error.status, dumps(error.body()), media_type)

    def _answer(
        self, request: Request, path: str, query: dict[str, Any], settings: ShopSettings
    ) -> str:
        route, values = find_route(request.method, path)
        if route.resource:
            self._authenticator.authorize(request, route.resource, settings)
        body = read_body(request) if request.method == "POST" else {}
        if route.endpoint == "admin_token":
            return self._admin_token(body, settings)
        call = Call(path=values, query=query, body=body, settings=settings)
        return self._endpoints.answer(route.endpoint, call)

    def _admin_token(self, body: dict[str, Any], settings: ShopSettings) -> str:
        missing = [name for name in ("username", "password") if body.get(name) is None]
        if missing:
            raise required(*missing)
        username, password = str(body["username"]), str(body["password"])
        return dumps(self._authenticator.admin_token(username, password, settings))

    def _schema(self, request: Request, query: dict[str, Any]) -> Response:
        store = request.path.strip("/").removeprefix("index.php/").split("/")[1]
        services = query.get("services", "")
        document = describe(
            services if isinstance(services, str) else "",
            request.headers.get("Host") or "",
            "all" if store == "schema" else store,
        )
        body = dumps(document).encode()
        return Response(status=200, body=body, headers={"Content-Type": "application/json"})


def _cut(text: str, query: dict[str, Any]) -> str:
    """The answer with nothing but the wanted `fields`; whole when none are named."""
    fields = query.get("fields")
    answer = json.loads(text) if fields and fields != "0" else None
    if not isinstance(answer, dict | list):
        return text
    wanted = parse_fields(fields) if isinstance(fields, str) else None
    return "[]" if wanted is None else dumps(choose(answer, wanted))
