"""What a story tells of one kind only: a credit memo's invoice, a customer's person."""

import streamlit as st

from pages.ui import actions, beside, filters, frame, ours, resyncing, rights, tables
from pages.ui.escape import plain, visible
from pages.ui.logs import OF_KIND
from pages.ui.question import Question
from pages.ui.rights import may
from pages.ui.speech import say
from pages.ui.view import View
from sync.errors import BoekwachtError
from sync.store import search
from sync.store.rows import Document

_PERSON = ("customer_name", "company", "email", "vat_number", "country")


def before_advice(question: Question, row: tables.Row) -> None:
    """Say of a credit memo whether its invoice is in the books: without it nothing helps."""
    if row["entity"] != "creditmemo":
        return
    invoice = search.originals(question.reader, [row["key"]]).get(row["key"])
    if invoice is None:
        frame.quiet(say("story.invoice.unknown"))
        return
    number = invoice.entry.document_no
    if invoice.state == "booked":
        frame.quiet(say("story.invoice.booked", no=number, mutation=invoice.mutation_no or "–"))
    else:
        state = say(f"state.{invoice.state}")
        st.warning(say("story.invoice.open", state=state), icon=":material/warning:")
    filters.link(
        OF_KIND["invoice"],
        plain(say("story.invoice.link", no=number)),
        View(range="all", doc=invoice.key),
        ":material/receipt_long:",
    )


def act(question: Question, key: str, *, helps: bool) -> None:
    """The way to book a document again; for a credit memo, its invoice first where it must be.

    Args:
        question: What the page shows.
        key: The document's.
        helps: Whether it may go well; otherwise the way is there, and does not stand out.
    """
    known = search.of_keys(question.reader, [key]).get(key)
    if known is None or known.state == "booked" or not rights.may("operator"):
        return
    words = "push.row" if question.log.per_document else "resync.row"
    invoice = search.originals(question.reader, [key]).get(key)
    if invoice is not None and invoice.state in {"failed", "waiting"}:
        with st.container(key="primary_invoice_first"):
            resyncing.link(plain(say("resync.invoice_first")), [invoice.key, key])
        return
    with st.container(key="primary_resync" if helps else "resync"):
        resyncing.link(plain(say(words)), [key])


def after_facts(question: Question, row: tables.Row) -> None:
    """Who a customer is: masked, until somebody with a name asks to see it."""
    if row["entity"] != "customer":
        return
    found = search.of_keys(question.reader, [row["key"]]).get(row["key"])
    if found is not None:
        _person(question, found)


def _person(question: Question, customer: Document) -> None:
    asked = f"{question.page}_shown"
    st.subheader(say("person"), anchor=False)
    if st.session_state.get(asked) != customer.key:
        st.text(beside.masked(customer.entry.email) or "–")
        if may("operator"):
            _show_button(question, asked, customer)
        if failed := st.session_state.pop(f"{asked}_failed", ""):
            st.error(say("person.failed"), icon=":material/error:")
            st.text(failed)
        return
    with st.grid(3, min_column_width=150):
        for name in _PERSON:
            with st.container(gap=None):
                frame.quiet(say(f"col.{name}"))
                st.text(visible(getattr(customer.entry, name)) or "–")


def _show_button(question: Question, asked: str, customer: Document) -> None:
    actor = actions.name_field(asked)
    st.button(
        say("person.show"),
        key=f"{asked}_button",
        icon=":material/visibility:",
        disabled=not actor,
        help=say("person.audited"),
        on_click=_show,
        args=(question, asked, customer, actor),
    )


def _show(question: Question, asked: str, customer: Document, actor: str) -> None:
    try:
        actions.note_shown(question.settings, customer, actor)
    except BoekwachtError as error:
        st.session_state[f"{asked}_failed"] = ours.told(error.message)
    else:
        st.session_state[asked] = customer.key
