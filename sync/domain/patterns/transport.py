"""Rule 2: what programs say about the way to a service, in fixed words.

Exception names, errno, curl's numbers, HTTP statuses and the sentences that libraries and servers
print. Read in the order given, because the outer layers of a chained exception name the symptom
and the inner ones the reason.
"""

import re
from collections.abc import Mapping
from typing import Final

from sync.domain.patterns.reasons import Reason

PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("two-factor-required", ("sufficient access to configure", "two-factor authentication")),
    ("credentials-wrong", ("(<number>) niet gemachtigd", "(<number>) unauthorized")),
    ("record-exists", ("for key", "unique constraint")),
    ("record-not-found", ("no such entity", "entity that was requested")),
    ("not-paid", ("not paid yet", "nog niet betaald")),
    ("customer-changed", ("has another relation now",)),
    ("outcome-unknown", ("outcome unknown", "answer was lost", "antwoord ging verloren")),
    (
        "interrupted",
        (
            "before anything was sent", "before anything was posted", "voordat er iets verstuurd",
        ),
    ),
    (
        "resources-exhausted",
        (
            "allowed memory size", "out of memory", "outofmemory", "no space left on device",
            "maximum execution time", "disk quota exceeded", "cannot allocate memory",
            "not enough space on the disk", "disk full", "disk is full", "too many open files",
        ),
    ),
    (
        "database-failure",
        (
            "server has gone away", "sqlstate", "deadlock", "lock wait timeout",
            "too many connections", "database connection", "connect to the database",
            "database is locked", "network-related or instance-specific", "cannot open database",
            "access denied for user", "lost connection to mysql", "database server",
            "connection pool", "zend_db", "pdoexception", "sqlexception", "noding master",
            "no alive nodes",
        ),
    ),
    (
        "dns-failure",
        (
            "name or service not known", "nodename nor servname", "getaddrinfo", "gaierror",
            "nameresolution", "name resolution", "no such host", "could not resolve",
            "name could not be resolved", "failed to resolve", "enotfound", "eai_again",
            "nxdomain", "no address associated with", "unknownhost", "host not found",
            "unknown host", "dns_probe", "dns lookup", "name_not_resolved",
            "externe naam kan niet", "origin dns error", "temporary failure in name", "dns resol",
            "dns error", "host is onbekend", "onbekende host",
        ),
    ),
    (
        "connect-timeout",
        (
            "handshake operation timed out", "handshake timed out", "ssl connection timeout",
            "tls handshake timeout", "handshake timeout",
        ),
    ),
    (
        "tls-failure",
        (
            "certificate_verify_failed", "certificate verify failed", "sslerror", "[ssl:",
            "_ssl.c", "ssl_error", "handshake", "ssl certificate", "self signed certificate",
            "self-signed", "self_signed", "trust relationship", "local issuer", "err_cert",
            "cert_has", "sslcert", "wrong version number", "ssl routines", "pkix path",
            "sec_error", "ssl connection could not", "secure channel", "certificate has expired",
            "not match host", "schannel", "beveiligd kanaal", "tls error",
            "certificate is not valid", "certificate chain", "certificate authority", "ssl/tls",
            "unknown ca", "ssl-fout", "tls-fout", "ssl fout", "ssl error",
            "certificate signed by unknown",
        ),
    ),
    (
        "bad-gateway",
        (
            "invalid response from an upstream", "bad gateway",
            "invalid response from the upstream", "no live upstreams",
        ),
    ),
    (
        "proxy-failure",
        (
            "proxyerror", "proxy error", "connect to proxy", "tunnel connection failed",
            "proxy authentication", "proxyconnect", "proxy server refused", "proxy_connection",
            "connect tunnel failed", "proxy tunnel",
        ),
    ),
    (
        "gateway-timeout",
        (
            "gateway timeout", "gateway timed out", "gateway time out",
            "upstream request timeout", "upstream timed out", "first byte timeout",
            "a timeout occurred", "gatewaytimeout",
        ),
    ),
    (
        "read-timeout",
        (
            "read timed out", "readtimeout", "read timeout", "bytes received",
            "operation timed out after", "the read operation timed out",
            "reading from the server timed out", "err_timed_out", "awaiting headers",
            "timeout expired. the timeout period", "read-timeout", "fetching http headers",
        ),
    ),
    (
        "connect-timeout",
        (
            "connecttimeout", "connect timeout", "connection timed out", "connect timed out",
            "connection timeout", "connection_timed_out", "etimedout", "i/o timeout",
            "connection attempt failed because the connected party", "connect-timeout",
            "connection to <host> timed out", "connect() timed out",
        ),
    ),
    (
        "connection-dropped",
        (
            "connection reset", "connection aborted", "remote end closed", "remotedisconnected",
            "connectionreset", "connectionaborted", "broken pipe", "brokenpipe", "incompleteread",
            "incomplete read", "chunkedencoding", "connection broken", "econnreset",
            "socket hang up", "empty reply from server", "closed the connection",
            "underlying connection was closed", "unexpected eof", "unexpectedly closed",
            "premature end of response", "prematurely closed", "forcibly closed", "econnaborted",
            "recv failure", "send failure", "transport connection", "protocolerror",
            "server disconnected", "badstatusline", "connection_reset", "connection_closed",
            "response ended prematurely", "onderliggende verbinding is gesloten",
            "connection was reset", "connection lost", "lost connection", "connection was closed",
            "verbinding is verbroken", "transfer closed", "end of stream",
        ),
    ),
    (
        "connection-failed",
        (
            "connection refused", "econnrefused", "actively refused", "connect to host",
            "failed to connect", "unable to connect", "could not connect", "newconnectionerror",
            "establish a new connection", "no route to host", "network is unreachable",
            "ehostunreach", "enetunreach", "host is unreachable", "host unreachable",
            "destination unreachable", "network unreachable", "connection_refused",
            "address_unreachable", "web server is down", "origin is unreachable",
            "connection failed", "connection could not be established", "connectionrefused",
            "cannot connect to", "cannot reach", "can not connect",
        ),
    ),
    (
        "rate-limited",
        (
            "too many requests", "rate limit", "ratelimit", "throttl", "rate_limit",
            "toomanyrequests", "request limit", "requests per second", "requests per minute",
            "slow down",
        ),
    ),
    (
        "redirect-refused",
        (
            "toomanyredirects", "redirects", "moved permanently", "moved temporarily",
        ),
    ),
    (
        "service-unavailable",
        (
            "service unavailable", "temporarily unavailable", "maintenance", "in onderhoud",
            "onderhoudsmodus", "backend fetch failed", "guru meditation", "overloaded",
            "server is too busy", "no healthy upstream", "onderhoudswerk", "no available server",
            "connect to the upstream", "server busy", "service_unavailable",
        ),
    ),
    (
        "request-too-large",
        (
            "too large", "entity too large", "payload too large", "uri too long", "te groot",
            "maximum request length",
        ),
    ),
    (
        "request-unreadable",
        (
            "error in xml document", "soapaction", "decoding error", "input string was not in a",
            "content-type http header", "unsupported media type",
            "request format is unrecognized", "not a valid value for datetime",
            "is not a valid value for",
        ),
    ),
    (
        "answer-unreadable",
        (
            "jsondecodeerror", "expecting value", "xmlsyntaxerror", "unexpected token",
            "invalid json", "no xml document", "start tag expected", "not well-formed",
            "not well formed", "xmlparseerror", "invalid xml", "root level is invalid",
            "mismatched tag", "tag mismatch", "malformed json", "unterminated string",
            "extra data:", "end of data", "document is empty", "no element found",
            "unexpected end of json", "premature end of", "wsdlsyntaxerror", "soap message",
            "unparsable", "unparseable", "expecting property name", "xml declaration",
            "xmlexception", "syntax error, line", "invalid control character", "no soap envelope",
            "is not a magento answer", "cannot be unpacked", "line <number> column <number>",
            "line <number>, column <number>", "soap-env:envelope",
        ),
    ),
    (
        "server-error",
        (
            "uncaught", "fatal error", "object reference not set", "nullreference",
            "call to a member function", "undefined index", "undefined variable",
            "undefined array", "outside the bounds of the array", "traceback (most recent",
            "unhandled exception", "error processing your request", "objectverwijzing",
            "stack overflow", "segmentation fault", "value cannot be null", "parameter name:",
            "null pointer", "nullpointer",
        ),
    ),
)  # fmt: skip
"""Cause to sentences, lower case; the first cause with a sentence in the text is the one."""

_NARROWER: Final = (
    ("connection-failed", ("timed out", "timeout", "time out"), "connect-timeout"),
    ("rate-limited", ("month", "maand"), "monthly-limit"),
    ("connect-timeout", ("did not answer", "the answer", "no answer"), "read-timeout"),
)
_ERRNO: Final = re.compile(r"(?:errno|winerror|oserror|socket error|wsa)\W{0,3}(-?\d{1,5})", re.I)
_ERRNOS: Final[Mapping[str, tuple[int, ...]]] = {
    "dns-failure": (-2, -3, -5, 11001, 11002, 11004),
    "connect-timeout": (110, 60, 10060),
    "connection-failed": (111, 61, 10061, 113, 101, 65, 51, 10065, 10051),
    "connection-dropped": (104, 54, 32, 103, 10053, 10054),
    "resources-exhausted": (28, 24, 12),
}
_CURL: Final = re.compile(r"curl(?:\s?error|\serrno|e)?\W{0,3}\(?(\d{1,2})\b", re.I)
_CURLS: Final[Mapping[str, tuple[int, ...]]] = {
    "proxy-failure": (5, 97),
    "dns-failure": (6,),
    "connection-failed": (7,),
    "read-timeout": (28,),
    "tls-failure": (35, 51, 53, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91),
    "connection-dropped": (18, 52, 55, 56, 92),
    "redirect-refused": (47,),
}
_STATUS: Final = re.compile(
    r"(?:\bhttp(?:/[\d.]{1,3})?|\bhttps|status|statuscode|\berror|\bfout|foutcode|\bcode|"
    r"\bresponse|antwoord|returned|teruggegeven)[\s:=(#_\[-]{0,3}([45]\d\d)(?![\w%]|[.,]\d)"
    r"|(?:^|[:>|\]Zz-] )\W{0,3}([45]\d\d)(?=[\s:,;.-]+[^\W\d]|\W{0,3}$|\W{0,3} \()"
    r"|\(([45]\d\d)\)"
    r"|(?<![\w.,])([45]\d\d) (?:client error|server error|unauthorized|forbidden|not found|bad "
    r"|internal|service|gateway|too many|method not|conflict|unprocessable|request)",
    re.I,
)
_STRONG: Final[Mapping[int, str]] = {
    407: "proxy-failure", 408: "read-timeout", 429: "rate-limited", 502: "bad-gateway",
    503: "service-unavailable", 504: "gateway-timeout", 520: "bad-gateway",
    521: "connection-failed", 522: "connect-timeout", 523: "connection-failed",
    524: "gateway-timeout", 525: "tls-failure", 526: "tls-failure", 530: "dns-failure",
}  # fmt: skip
_WEAK: Final[Mapping[int, str]] = {
    401: "credentials-wrong", 403: "access-denied", 404: "route-not-found",
    405: "route-not-found", 409: "record-exists", 410: "route-not-found",
    413: "request-too-large", 414: "request-too-large", 415: "request-unreadable",
    402: "subscription-ended", 500: "server-error", 501: "server-error",
}  # fmt: skip


def _flat(table: Mapping[str, tuple[int, ...]]) -> dict[int, str]:
    return {number: cause for cause, numbers in table.items() for number in numbers}


_ERRNO_CAUSE: Final = _flat(_ERRNOS)
_CURL_CAUSE: Final = _flat(_CURLS)


def by_phrase(lowered: str) -> tuple[str, str]:
    """Cause and the sentence that showed it; two empty texts when there is none."""
    for cause, phrases in PHRASES:
        for phrase in phrases:
            if phrase in lowered:
                return _narrower(cause, lowered), phrase
    return "", ""


def _narrower(cause: str, lowered: str) -> str:
    """The cause itself, or the one that a second word in the text makes of it."""
    for wider, words, narrower in _NARROWER:
        if cause == wider and any(word in lowered for word in words):
            return narrower
    return cause


def by_number(text: str) -> tuple[str, Reason]:
    """Cause by errno or by curl's error number, and that number; an empty cause for none."""
    if (match := _ERRNO.search(text)) and (cause := _ERRNO_CAUSE.get(int(match.group(1)))):
        return cause, Reason("errno", match.group(1))
    if (match := _CURL.search(text)) and (cause := _CURL_CAUSE.get(int(match.group(1)))):
        return cause, Reason("curl", match.group(1))
    return "", Reason("own-words")


def status_in(text: str, code: str = "") -> int:
    """The HTTP status that an error code ("HTTP_503") or a text tells; 0 for none."""
    if code.startswith("HTTP_") and code[5:].isdecimal():
        return int(code[5:8])
    if match := _STATUS.search(text):
        return int(next(group for group in match.groups() if group))
    return 0


def by_status(status: int) -> str:
    """Cause of a status that says enough; empty for the others."""
    return _STRONG.get(status, "")


def by_weak_status(status: int) -> str:
    """Cause of a status that any words about the cause outrank; empty for none."""
    return _WEAK.get(status) or ("server-error" if 500 <= status < 600 else "")
