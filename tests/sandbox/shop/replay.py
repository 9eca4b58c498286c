"""Sends the recorded requests to the simulated shop and compares what comes back.

`python -m tests.sandbox.shop.replay` writes the list of what is the same and what is not.
"""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from urllib.parse import parse_qsl, urlsplit

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Request, Response, Server
from sync.sandbox.shop import Shop, ShopSettings
from sync.sandbox.shop.criteria import Limits
from sync.sandbox.shop.php import Json
from tests.golden.recordings import (
    FOLDER,
    INTEGRATION,
    INVOICE_READER,
    RECORDED_AT,
    SETTINGS,
    Recording,
    describe,
    recorded_shop,
    recordings,
)
from tests.sandbox.shop.signing import authorization, by_byte, by_number

COVERAGE = FOLDER / "COVERAGE.md"

REASONS = {
    "schema_services": "the recording is shortened: a list of paths, definitions left out",
}
"""Why a recorded answer is not matched."""

_OTHER_VALUES = {
    "admin_token": "each token is another",
    "accept_html": "the recorded page is shortened",
    "maintenance": "the recorded page is shortened",
    "route_no_rest": "the recorded page is shortened",
    "auth_oauth1": "the order of websites is not fixed",
    "comment_": "numbers and moments of the comments",
    "filter_orders_guest": "whether the orders from 22 on are a guest's was not recorded",
}
"""Beginning of a name -> why fields and types are the same and values are not."""

_EARLIER = {  # what had been sent just before
    "auth_oauth1_nonce_reused_401": ["auth_oauth1_nonce_first"],
    "comment_order_list": ["comment_order_post", "comment_order_post_minimal"],
    "comment_order_reflected": ["comment_order_post", "comment_order_post_minimal"],
    "comment_invoice_list": ["comment_invoice_post"],
    "comment_invoice_reflected": ["comment_invoice_post"],
    "comment_creditmemo_list": ["comment_creditmemo_post"],
    "comment_creditmemo_reflected": ["comment_creditmemo_post"],
}
_LIMITED = replace(SETTINGS, limits=Limits(enabled=True, maximum_page_size=10, default_page_size=5))
_CHANGED_LATER = ("scenario_", "orders_", "filter_orders_")  # an order was shipped meanwhile
_LATE = ("limit_", "auth_oauth1_", "scenario_")
_BEFORE_ANY_ORDER = {"auth_oauth1_acl_allowed_200"}
_HTML_TITLE = re.compile(r"title '(.*?)'")
_REPORT = re.compile(r"webapi-[0-9a-f]{13}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP: status, media type with charset, and the body as text."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer compares to its recording.

    Attributes:
        name: The recording's.
        difference: The first difference in status, error body, fields or types; "" without one.
        exact: Whether every value is the same too, apart from tokens, moments and report ids.
    """

    name: str
    difference: str
    exact: bool


class _Stage:
    """An app that stands in for the shop of the moment, so that one server serves them all."""

    def __init__(self) -> None:
        self.shop: Shop | None = None

    def handle(self, request: Request) -> Response:
        """Pass the request on."""
        assert self.shop
        return self.shop.handle(request)


def verdicts() -> list[Verdict]:
    """Send every recorded request over HTTP to a shop in the state of that moment."""
    clock, stage = SimulatedClock(RECORDED_AT), _Stage()
    by_name = {recording.name: recording for recording in recordings()}
    results = []
    with Server(stage, clock=clock) as server:
        host = urlsplit(server.url).netloc
        for recording in recordings():
            stage.shop = _shop(recording, clock)
            for name in _EARLIER.get(recording.name, []):
                _send(host, by_name[name])
            results.append(judge(recording, _send(host, recording)))
    return results


def judge(recording: Recording, answer: Answer) -> Verdict:
    """Compare an answer to its recording."""
    difference = _difference(recording, answer)
    exact = not difference and _masked(recording.body) == _masked(_decoded(answer))
    return Verdict(recording.name, difference, exact)


def report(results: list[Verdict]) -> str:
    """The coverage list as Markdown."""
    same = [one for one in results if not one.difference]
    rest = [one for one in results if one.difference]
    other = [one for one in same if not one.exact]
    lines = [
        "# What the simulated shop answers as the recorded Magento did",
        "",
        "Written by `python -m tests.sandbox.shop.replay`; do not edit.",
        "",
        f"Of {len(results)} recorded requests {len(same)} are answered with the same status, the "
        "same error body, and the same fields of the same types, over HTTP and signed in the way "
        f"that was recorded; {len(same) - len(other)} of them with the same values as well. The "
        "shop's documents are the recorded ones. What is measured is therefore not what Magento "
        "computes but how it finds, cuts, counts, writes and refuses. Of HTML pages only status, "
        "type and title are compared.",
        "",
        "## Not the same",
        "",
        *(f"- `{one.name}`: {REASONS.get(one.name, one.difference)}" for one in rest),
        "",
        "## Same fields and types, other values",
        "",
        *(f"- `{one.name}`: {_other_values(one.name)}" for one in other),
        "",
    ]
    return "\n".join(lines)


def _other_values(name: str) -> str:
    return next(reason for start, reason in _OTHER_VALUES.items() if name.startswith(start))


def _shop(recording: Recording, clock: SimulatedClock) -> Shop:
    """A shop in the state of that moment; one that nothing changes serves many requests."""
    name = recording.name
    changes = recording.request["method"] != "GET" or name in _EARLIER
    if changes or name in _BEFORE_ANY_ORDER or name.startswith(_CHANGED_LATER):
        shop = _fresh_shop(clock, name)
    else:
        shop = _shared_shop(clock, name.startswith(_LATE), name.startswith("auth_"))
    shop.settings = _settings(name)
    return shop


def _fresh_shop(clock: SimulatedClock, name: str) -> Shop:
    if name in _BEFORE_ANY_ORDER:
        shop = Shop(SETTINGS, clock)
        describe(shop)
        return shop
    return recorded_shop(clock, prefer=name, early=not name.startswith(_LATE))


@cache
def _shared_shop(clock: SimulatedClock, late: bool, one_website: bool) -> Shop:
    shop = recorded_shop(clock, early=not late)
    if one_website:  # the second website was made later
        websites = shop.state.listing("websites")
        shop.state.describe("websites", [one for one in websites if one["id"] < 2])
    return shop


def _settings(name: str) -> ShopSettings:
    if name.startswith("limit_"):
        return _LIMITED
    if name.startswith("maintenance_"):
        return replace(SETTINGS, maintenance=True)
    if name == "auth_bearer_integration_disabled_401":
        return replace(SETTINGS, bearer_integrations=False)
    if name == "admin_token_2fa_not_configured_400":
        return replace(SETTINGS, two_factor="unconfigured")
    return SETTINGS


def _send(host: str, recording: Recording) -> Answer:
    request = recording.request
    headers = {**request.get("headers", {})}
    body = _body(recording)
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    authorized = _authorization(host, recording)
    if authorized is not None:
        headers["Authorization"] = authorized
    return _exchange(host, request["method"], request["path"], headers, body)


def _exchange(
    host: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None
) -> Answer:
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.headers["Content-Type"], text)
    finally:
        connection.close()


def _body(recording: Recording) -> bytes | None:
    raw = recording.request.get("raw_body")
    if raw is not None:
        return str(raw).encode()
    body = recording.request.get("body")
    if body is None:
        return None
    if recording.name.startswith("admin_token") and "wrong" not in recording.name:
        body = {**body, **({"password": SETTINGS.admins["admin"]} if "password" in body else {})}
    return json.dumps(body).encode()


def _authorization(host: str, recording: Recording) -> str | None:
    """The Authorization header that the recording's words describe."""
    auth = recording.request["auth"]
    token = INTEGRATION.token
    headers = {
        "none": None,
        "Bearer, integration lacking the resource": f"Bearer {INVOICE_READER.token}",
        "Bearer, integration with Magento_Sales::sales_invoice only": (
            f"Bearer {INVOICE_READER.token}"
        ),
        "Bearer with an unknown token": f"Bearer {'z' * 32}",
        "lower-case scheme": f"bearer {token}",
        "Bearer with the JSON quotes left around the token": f'Bearer "{token}"',
        "Bearer with two spaces": f"Bearer  {token}",
        "HTTP Basic": "Basic YWRtaW46YWRtaW4=",
    }
    if auth in headers:
        return headers[auth]
    if auth == "Bearer <admin token>":
        return f"Bearer {_admin_token(host)}"
    if auth.startswith("Bearer <integration access token>"):
        return f"Bearer {token}"
    return _signed(host, recording)


def _admin_token(host: str) -> str:
    body = json.dumps({"username": "admin", "password": SETTINGS.admins["admin"]}).encode()
    path, headers = "/rest/V1/integration/admin/token", {"Content-Type": "application/json"}
    return str(json.loads(_exchange(host, "POST", path, headers, body).text))


def _signed(host: str, recording: Recording) -> str:
    name, path = recording.name, recording.request["path"]
    client = INVOICE_READER if "_acl_" in name else INTEGRATION
    query = path.partition("?")[2]
    pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    if "plus_signed_as_space" in name:
        pairs = parse_qsl(query)
    hours = {"auth_oauth1_future_timestamp_401": 2, "auth_oauth1_old_timestamp": -2}.get(name, 0)
    timestamp = int(RECORDED_AT.timestamp()) + hours * 3600
    sign = partial(authorization, recording.request["method"], f"http://{host}{path}", client)
    return sign(
        RECORDED_AT,
        order=by_byte if "bytesort" in name else by_number,
        signed=pairs,
        changes={"oauth_timestamp": str(timestamp), **_CHANGES.get(name, {})},
    )


_CHANGES: dict[str, dict[str, str | None]] = {
    "auth_oauth1_badsig_401": {"oauth_signature": "d3Jvbmc="},
    "auth_oauth1_missing_param_400": {"oauth_signature_method": None},
    "auth_oauth1_sha1_400": {"oauth_signature_method": "HMAC-SHA1"},
    "auth_oauth1_nonce_first": {"oauth_nonce": "once"},
    "auth_oauth1_nonce_reused_401": {"oauth_nonce": "once"},
    "auth_oauth1_short_consumer_401": {"oauth_consumer_key": "short"},
    "auth_oauth1_short_token_400": {"oauth_token": "short"},
    "auth_oauth1_unknown_consumer_401": {"oauth_consumer_key": "q" * 32},
    "auth_oauth1_unknown_token_401": {"oauth_token": "q" * 32},
}


def _difference(recording: Recording, answer: Answer) -> str:
    if answer.status != recording.status:
        return f"status {answer.status} instead of {recording.status}: {answer.text[:200]}"
    if answer.content_type != recording.content_type:
        return f"content type {answer.content_type} instead of {recording.content_type}"
    if "html" in recording.content_type:
        title = _HTML_TITLE.search(recording.body)
        return "" if title and title[1] in answer.text else "another page"
    if "xml" in recording.content_type:
        return "" if answer.text == recording.body else "other XML"
    body = _decoded(answer)
    if recording.status != 200:
        return "" if _masked(body) == _masked(recording.body) else f"another error: {body}"
    return _shape_difference(recording.body, body, "")


def _shape_difference(recorded: Json, answered: Json, where: str) -> str:
    """The first place where fields or types differ; "" when there is none."""
    if _type(recorded) != _type(answered):
        return f"{where or 'body'} is {_type(answered)} instead of {_type(recorded)}"
    if isinstance(recorded, dict):
        if recorded.keys() != answered.keys():
            return f"{where or 'body'} has other fields: {recorded.keys() ^ answered.keys()}"
        pairs = [(recorded[name], answered[name], f"{where}.{name}") for name in recorded]
    elif isinstance(recorded, list):
        if len(recorded) != len(answered):
            return f"{where or 'body'} has {len(answered)} items instead of {len(recorded)}"
        pairs = [(*both, f"{where}[]") for both in zip(recorded, answered, strict=True)]
    else:
        return ""
    return next(filter(None, (_shape_difference(*pair) for pair in pairs)), "")


def _type(value: Json) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


def _decoded(answer: Answer) -> Json:
    return json.loads(answer.text) if "json" in answer.content_type else answer.text


def _masked(body: Json) -> str:
    return _REPORT.sub("webapi-…", json.dumps(body, sort_keys=True))


if __name__ == "__main__":
    COVERAGE.write_text(report(verdicts()), "utf-8")
