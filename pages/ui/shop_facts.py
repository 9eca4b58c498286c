"""What the shop says of a document, in the story that a data page tells of it."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from pages.ui import formats, frame
from pages.ui.escape import visible
from pages.ui.question import Question
from pages.ui.speech import language, say
from sync.domain.documents import Entity
from sync.store import search
from sync.store.rows import Document

_ADMIN: Final[dict[Entity, str]] = {
    "invoice": "sales/invoice/view/invoice_id",
    "creditmemo": "sales/creditmemo/view/creditmemo_id",
    "customer": "customer/index/edit/id",
}
"""Where Magento's admin shows a document, before its id."""


def show(question: Question, key: str, *, told: Collection[str] = ()) -> None:
    """Draw them, with the way to the document in the shop's admin; `told` stand above already."""
    known = search.of_keys(question.reader, [key]).get(key)
    if known is None:
        return
    st.subheader(say("shop_facts"), anchor=False)
    with st.grid(3, min_column_width=110):
        for name, value in _facts(question, known).items():
            if name in told:
                continue
            with st.container(gap=None):
                frame.quiet(say(f"col.{name}"))
                st.text(visible(value) or "–")
    if address := admin_link(known, question.admins.get(known.entry.connection, "")):
        st.link_button(
            say(f"shop_facts.{known.entry.entity}"), address, icon=":material/open_in_new:"
        )


def admin_link(document: Document, admin: str) -> str:
    """A document's address in the shop's admin; empty when that is not set up, or for a guest."""
    entry = document.entry
    number = entry.customer_id if entry.entity == "customer" else entry.document_id
    if not number or urlsplit(admin).scheme not in {"http", "https"}:
        return ""
    return f"{admin}/{_ADMIN[entry.entity]}/{number}"


def _facts(question: Question, document: Document) -> dict[str, str]:
    entry, tongue = document.entry, language()
    zone = question.settings.timezone
    facts = {
        "store": entry.store,
        "country": entry.country,
        "updated_at": formats.moment(entry.updated_at, zone, tongue),
    }
    if entry.entity == "customer":
        return {
            **facts,
            "customer_id": str(entry.customer_id or say("guest")),
            "relation_code": document.relation_code,
        }
    return {
        "order_no": entry.order_no,
        "grand_total": formats.money(entry.grand_total, entry.base_currency, tongue),
        "tax": formats.money(entry.tax, entry.base_currency, tongue),
        "issued_at": formats.moment(entry.issued_at, zone, tongue),
        **facts,
    }
