"""Which language this session speaks, and sentences in it."""

from typing import Final

import streamlit as st

from pages.ui.texts import LANGUAGES, Language, text

_STATE: Final = "lang"
_WIDGET: Final = "lang_switch"


def settle_language() -> None:
    """Decide the session's language once per run: `?lang=`, then the session, then the browser."""
    asked = st.query_params.get("lang", "")
    switched = st.session_state.get(_WIDGET)
    if switched in LANGUAGES and switched != st.session_state.get(_STATE):
        _keep(switched)
    elif asked in LANGUAGES and asked != st.session_state.get(_STATE):
        _keep(asked)
        st.session_state[_WIDGET] = asked
    elif _STATE not in st.session_state:
        _keep(browser_language(st.context.locale))


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


def _keep(chosen: Language) -> None:
    st.session_state[_STATE] = chosen
