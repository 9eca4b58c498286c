"""What a document lost to cleanups, said wherever its story is told."""

import streamlit as st

from pages.ui import formats
from pages.ui.escape import plain, visible
from pages.ui.question import Question
from pages.ui.speech import language, say
from sync.store import cleanups


def notice(question: Question, key: str) -> bool:
    """Say how many attempts were cleaned up, when, and into which export; whether any were."""
    lost = cleanups.of_document(question.reader, key)
    for each in lost:
        words = say(
            "cleaned.one" if each.rows == 1 else "cleaned.more",
            n=formats.number(each.rows, language()),
            moment=formats.moment(each.at, question.settings.timezone, language()),
            name=each.folder.name,
        )
        st.info(plain(visible(words)), icon=":material/inventory_2:")
    return bool(lost)
