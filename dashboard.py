"""The dashboard's entry: page config and navigation, nothing else."""

import streamlit as st

from pages.ui import guard

st.set_page_config(page_title="Boekwacht", page_icon=":material/menu_book:", layout="wide")
guard.navigation().run()
