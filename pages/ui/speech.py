"""Which language this session speaks, and sentences in it."""

from typing import Final

import streamlit as st

from pages.ui.texts import LANGUAGES, Language, text

CHOSEN: Final = "lang_chosen"
"""Set once a person or an address chose the language; then every address names it."""
_STATE: Final = "lang"
_ASKED: Final = "lang_asked"
_WIDGET: Final = "lang_switch"


def settle_language() -> None:
    """Decide the language of this run: a new `?lang=`, the switch, the session, the browser.

    The address leads only when it says something else than it last said and than is spoken: for a
    moment after the switch was used it still names the former language, and then its choice.
    """
    asked = st.query_params.get("lang", "")
    switched = st.session_state.get(_WIDGET)
    said = st.session_state.get(_ASKED)
    if asked in LANGUAGES:
        st.session_state[_ASKED] = asked
    if asked in LANGUAGES and asked not in {said, st.session_state.get(_STATE)}:
        st.session_state[_WIDGET] = asked
        _choose(asked)
    elif switched in LANGUAGES and switched != st.session_state.get(_STATE):
        _choose(switched)
    elif _STATE not in st.session_state:
        st.session_state[_STATE] = browser_language(st.context.locale)


def language() -> Language:
    """The language of this session."""
    found: Language = st.session_state.get(_STATE, "nl")
    return found


def browser_language(locale: str | None) -> Language:
    """Dutch for a Dutch or Flemish browser and for one that does not say; English otherwise."""
    return "nl" if not locale or locale.lower().startswith("nl") else "en"


def say(key: str, **values: object) -> str:
    """The sentence `key` in the session's language."""
    return text(key, language(), **values)


def switch() -> None:
    """Draw the NL/EN switch."""
    st.session_state.setdefault(_WIDGET, language())
    st.segmented_control(
        say("language"),
        LANGUAGES,
        format_func=str.upper,
        key=_WIDGET,
        required=True,
        label_visibility="collapsed",
    )


def _choose(chosen: Language) -> None:
    st.session_state[_STATE] = chosen
    st.session_state[CHOSEN] = True
