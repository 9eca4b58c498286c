"""Keeps personal data out of attempts, which are kept for ever in files that nobody edits."""

import json
import re
from collections.abc import Mapping

from sync.domain.documents import Buyer

MAX_DETAIL = 2048
MAX_MESSAGE = 2000

_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def scrub(text: str, buyer: Buyer | None = None) -> str:
    """`text` without e-mail addresses and, where `buyer` is known, without what tells who it is.

    An e-mail address becomes "j…@….nl"; name, street, postcode and telephone become "…". Values
    of one or two characters are left: they stand inside other words.
    """
    for value in _telling(buyer):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return _EMAIL.sub(lambda match: mask_email(match.group()), text)[:MAX_MESSAGE]


def mask_email(email: str) -> str:
    """First letter and last part of an address: "jan@shop.example" becomes "j…@….example"."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@….{host.rpartition('.')[2]}"


def mask_words(text: str) -> str:
    """The first letter of each word: "Jan van Dijk" becomes "J… v… D…"; empty stays empty."""
    return " ".join(f"{word[0]}…" for word in text.split())


def detail_json(facts: Mapping[str, object]) -> str:
    """`facts` as the attempt's `detail`: JSON of at most 2 KB; the longest entries give way."""
    kept = dict(facts)
    text = _dump(kept)
    while len(text.encode()) > MAX_DETAIL and kept:
        longest = max(kept, key=lambda name: len(_dump(kept[name])))
        shorter = _shorter(kept[longest])
        if shorter is None:
            del kept[longest]
        else:
            kept[longest] = shorter
        kept["cut"] = True
        text = _dump(kept)
    return text


def _shorter(value: object) -> object | None:
    """Half of a list or text; None when it is too short to halve."""
    if isinstance(value, list | str) and len(value) > 1:
        return value[: len(value) // 2]
    return None


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _telling(buyer: Buyer | None) -> list[str]:
    if buyer is None:
        return []
    address = buyer.address
    # The company, number and town of a business tell no more than the invoice itself, but the
    # same fields of a private person do, so they are treated alike.
    values = (buyer.email, buyer.name, buyer.lastname, buyer.telephone, buyer.company)
    places = (address.street, address.postcode)
    return sorted({v for v in (*values, *places) if len(v) > 2}, key=len, reverse=True)
