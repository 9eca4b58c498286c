"""How the simulated shop is set up: who may come in, and the switches a real shop has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sync.sandbox.shop.criteria import Limits

RESOURCES = frozenset(
    {
        "Magento_Sales::sales_invoice",
        "Magento_Sales::sales_creditmemo",
        "Magento_Sales::actions_view",
        "Magento_Sales::comment",
        "Magento_Customer::customer",
        "Magento_Customer::group",
        "Magento_Tax::manage_tax",
        "Magento_Backend::store",
    }
)
"""Every ACL resource that the simulated endpoints ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A client of the API, as made under System > Integrations.

    Attributes:
        consumer_id: Number in the database; an error about nonces shows it.
        consumer_key: 32 characters, as are the three below.
        consumer_secret: First half of the signing key.
        token: Access token.
        token_secret: Second half of the signing key.
        resources: What it may use.
    """

    consumer_id: int = 1
    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str
    resources: frozenset[str] = RESOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """The shop's configuration.

    Attributes:
        integrations: The clients that may sign in with OAuth.
        admins: Administrators' names and passwords.
        bearer_integrations: Whether an access token alone is enough
            (`oauth/consumer/enable_integration_as_bearer`); off by default since 2.4.4.
        two_factor: What stands before the admin token: nothing, a second factor that nobody has
            set up, or one that asks for its own endpoint. "unconfigured" is Magento's default.
        admin_token_minutes: How long an admin token is valid.
        limits: Limits on page sizes.
        repeat_last_page: Past the end repeat the last page, as Magento 2.3 did.
        shuffle_unsorted: Without a sort order give an order that only looks random.
        maintenance: Answer everything with the 503 page.
        seen_scheme: The scheme the shop believes it was called with; a proxy may hide https.
        seen_host: The host it believes it was called by; None takes the `Host` header.
    """

    integrations: tuple[Integration, ...] = ()
    admins: Mapping[str, str] = field(default_factory=dict)
    bearer_integrations: bool = False
    two_factor: Literal["off", "unconfigured", "provider"] = "unconfigured"
    admin_token_minutes: int = 60
    limits: Limits = field(default_factory=Limits)
    repeat_last_page: bool = False
    shuffle_unsorted: bool = False
    maintenance: bool = False
    seen_scheme: Literal["http", "https"] = "http"
    seen_host: str | None = None
