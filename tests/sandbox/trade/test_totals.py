"""Magento's formula holds in both currencies, for any seed and any mix."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.totals import DocumentKind, broken_totals
from sync.sandbox.trade import Mix, Plan, trade

KINDS: dict[str, DocumentKind] = {
    "orders": "order",
    "invoices": "invoice",
    "creditmemos": "creditmemo",
}
    "orders": "order",
    "invoices": "invoice",
    "creditmemos": "creditmemo",
}


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    coupon=st.sampled_from([0.0, 1.0]),
    in_parts=st.sampled_from([0.0, 1.0]),
    stores=st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.2, 0.2)]),
)
def test_every_document_obeys_the_formula(
    seed: int, coupon: float, in_parts: float, stores: tuple[float, float]
) -> None:
    """Grand total, sums of items, compensation, adjustment: also in euros for the dollar store."""
    us_store, b2b_store = stores
    mix = Mix(
        coupon=coupon,
        in_parts=in_parts,
        us_store=us_store,
        b2b_store=b2b_store,
        refund=0.9,
        second_refund=0.7,
        zero_total=0.1,
    )
    plan = Plan(seed=seed, first_day=date(2026, 1, 1), days=40, orders_per_day=(0, 1), mix=mix)
    broken = [
        sentence
        for happening in trade(plan)
        if happening.table != "customers"
        for sentence in broken_totals(KINDS[happening.table], happening.entity)
    ]
    assert not broken
