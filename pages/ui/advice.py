"""What to do about a failure: the cure of its cause, else of its category."""

from urllib.parse import parse_qs

import streamlit as st

from pages.ui import filters, frame, tables
from pages.ui.logs import LOGS
from pages.ui.speech import language, say
from sync.domain.cures import RESYNC, WHO, About, Cure, cure
from sync.domain.lookup import mutation_named_in
from sync.domain.patterns import Classified, classify


def cause_of(row: tables.Row) -> Classified:
    """What kind of failure an attempt was."""
    known = {name: row[name] for name in ("order_no", "document_no", "customer") if row[name]}
    return classify(row["message"], code=row["error_code"], known=known)


def cure_of(row: tables.Row) -> Cure:
    """What to do about it, in the reader's language, with the attempt's own numbers."""
    found = cause_of(row)
    about = About(
        connection=row["connection"],
        document=row["document_no"],
        mutation=str(mutation_named_in(row["detail"]) or ""),
        entity=row["entity"],
    )
    return cure(found.cause or found.category, language(), about)


def draw(row: tables.Row) -> None:
    """What to do about an attempt: see `show`."""
    show(cure_of(row))


def show(remedy: Cure) -> None:
    """What happened, the steps, whose turn it is, and where; the way to a page that is no log."""
    st.markdown(remedy.happened)
    st.markdown("\n".join(f"{nth}. {step}" for nth, step in enumerate(remedy.steps, 1)))
    who = WHO[language()][remedy.who]
    frame.quiet(f"{say('story.who', who=who)} {RESYNC[language()][remedy.resync].capitalize()}.")
    page, _, asked = remedy.page.partition("?")
    if page and page not in LOGS:
        st.page_link(
            f"pages/{page}.py",
            label=say(f"nav.{page}"),
            icon=":material/build:",
            query_params={**filters.tongue(), **parse_qs(asked)},
            width="content",
        )
    if remedy.menus:
        frame.quiet(say("story.look", menus="; ".join(remedy.menus)))
