"""A client for the tests: asks a shop directly and decodes what it says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sync.clock import Clock
from sync.sandbox.http import Request
from sync.sandbox.shop import Integration, Shop
from sync.sandbox.shop.php import Json
from tests.golden.recordings import INTEGRATION
from tests.sandbox.shop.signing import authorization

HOST = "shop.example"

Condition = tuple[str, str, str]
"""Field, condition, value."""


@dataclass(frozen=True)
class Reply:
    """Status, and the body decoded when it is JSON."""

    status: int
    body: Json
    text: str


@dataclass(frozen=True)
class Client:
    """Signs every request unless told otherwise."""

    shop: Shop
    clock: Clock
    integration: Integration = INTEGRATION

    def get(self, path: str, **headers: str) -> Reply:
        """GET a path with its query, below the host."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, body: Json, **headers: str) -> Reply:
        """POST a body as JSON; bytes are sent as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, content, {"Content-Type": "application/json", **headers})

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Send a request; an `Authorization` of "" sends none."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if "Authorization" not in sent:
            url = f"http://{HOST}{path}"
            now = self.clock.now()
            sent["Authorization"] = authorization(method, url, self.integration, now)
        address, _, query = path.partition("?")
        request = Request(
            method=method,
            path=address,
            query=query,
            headers={"Host": HOST, **sent},
            body=body or b"",
        )
        response = self.shop.handle(request)
        text = response.body.decode()
        is_json = "json" in response.headers["Content-Type"]
        return Reply(response.status, json.loads(text) if is_json else text, text)


def criteria(
    *groups: list[Condition] | Condition,
    sort: Sequence[tuple[str, str]] = (),
    size: int | None = 100,
    page: int | None = None,
) -> str:
    """A query string; a single condition is a group of its own."""
    pairs: dict[str, str] = {}
    for g, group in enumerate(groups):
        for f, (field, condition, value) in enumerate(
            group if isinstance(group, list) else [group]
        ):
            name = f"searchCriteria[filter_groups][{g}][filters][{f}]"
            pairs |= {f"{name}[field]": field, f"{name}[value]": value}
            pairs[f"{name}[condition_type]"] = condition
    for s, (field, direction) in enumerate(sort):
        pairs[f"searchCriteria[sortOrders][{s}][field]"] = field
        pairs[f"searchCriteria[sortOrders][{s}][direction]"] = direction
    if size is not None:
        pairs["searchCriteria[pageSize]"] = str(size)
    if page is not None:
        pairs["searchCriteria[currentPage]"] = str(page)
    return urlencode(pairs, quote_via=quote)
