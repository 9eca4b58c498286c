"""The dashboard's entry: page config and navigation, nothing else."""

import streamlit as st

from pages.ui import frame, guard

page = guard.navigation()
st.set_page_config(
    page_title=frame.window_title(guard.title(page)), page_icon=frame.ICON, layout="wide"
)
page.run()
