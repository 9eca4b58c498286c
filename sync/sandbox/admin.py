"""The simulated shop's admin: a plain page per order, so that links lead somewhere.

Everything else is the shop's REST API. The page is read-only and shows the order as it is stored.
"""

import json
import re
from html import escape

from sync.sandbox.messages import Request, Response
from sync.sandbox.shop import Shop

_ORDER = re.compile(r"/admin/sales/order/view/order_id/(\d{1,18})/?")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap}}</style></head>
<body><h1>{title}</h1><p>This is the sandbox's simulated shop.</p><pre>{body}</pre></body></html>"""


class AdminPages:
    """The shop with its admin in front: an `App` for `sync.sandbox.http.Server`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def handle(self, request: Request) -> Response:
        """Answer an admin page here, and everything else by the shop."""
        match = _order_page(request)
        if match is None:
            return self._shop.handle(request)
        order = self._shop.state.get("orders", int(match[1]))
        if order is None:
            return _page(404, "There is no such order", "")
        table = json.loads(order)
        shown = json.dumps(table, indent=2, ensure_ascii=False)
        return _page(200, f"Order {table.get('increment_id', match[1])}", shown)

    def misbehave(self, fault: str, request: Request) -> Response | None:
        """Play a fault of the shop's; None when it does not concern this call, as any page here."""
        return None if _order_page(request) else self._shop.misbehave(fault, request)


def _order_page(request: Request) -> re.Match[str] | None:
    return _ORDER.fullmatch(request.path) if request.method == "GET" else None


def _page(status: int, title: str, body: str) -> Response:
    text = _PAGE.format(title=escape(title), body=escape(body))
    return Response(status=status, body=text.encode(), headers=_HEADERS)
