"""The shop's tax rules: for which tax classes they charge which rates, booked on what."""

import pandas as pd
import streamlit as st

from pages.ui.escape import visible
from pages.ui.speech import say
from pages.ui.vat_editing import Mapped
from sync.domain.countries import EU
from sync.domain.mapping_edits import entries
from sync.domain.taxes import TaxRate, TaxRule
from sync.store.taxes import TaxesRead


def show(shown: Mapped, read: TaxesRead | None) -> None:
    """Draw a row per rule and rate."""
    st.text(say("vat.rules.intro"))
    if read is None:
        return
    if read.taxes.rules is None:
        st.info(say("vat.rules.unread"), icon=":material/visibility_off:")
        return
    rates = {rate.code: rate for rate in read.taxes.rates}
    rows = [
        _row(shown, rule, rates.get(code))
        for rule in read.taxes.rules
        for code in rule.rates or ("",)
    ]
    if not rows:
        st.info(say("vat.rules.none"), icon=":material/inbox:")
        return
    types = st.column_config
    st.dataframe(
        pd.DataFrame(rows),
        key="vat_rules",
        hide_index=True,
        height=min(len(rows), 15) * 35 + 40,
        column_config={
            "id": types.NumberColumn(say("vat.col.rule_id"), format="%d", width=60),
            "name": types.TextColumn(say("vat.col.rule"), width=150),
            "customers": types.TextColumn(say("vat.col.customers"), width=170),
            "products": types.TextColumn(say("vat.col.products"), width=170),
            "tax": types.TextColumn(say("vat.col.tax"), width=120),
            "booked": types.TextColumn(say("vat.col.booked"), width=250),
        },
        placeholder="",
        alt=say("vat.rules.alt", n=len(rows)),
    )


def _row(shown: Mapped, rule: TaxRule, rate: TaxRate | None) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": visible(rule.name),
        "customers": visible(", ".join(rule.customer_classes)),
        "products": visible(", ".join(rule.product_classes)),
        "tax": visible(rate.code) if rate else "–",
        "booked": visible(booked_on(shown, rate)) if rate else "–",
    }


def booked_on(shown: Mapped, rate: TaxRate) -> str:
    """On what VAT of a rate is booked: a code, a ledger, or what is missing."""
    vat, _, oss = entries(shown.mapping)
    if not rate.percent:
        return say("vat.booked.zero")
    if rate.country == shown.home:
        return vat.get(rate.code) or say("vat.booked.unmapped")
    if rate.country not in EU:
        return say("vat.booked.outside")
    ledger = oss.get(rate.country)
    return say("vat.booked.oss", ledger=ledger) if ledger else say("vat.booked.no_ledger")
