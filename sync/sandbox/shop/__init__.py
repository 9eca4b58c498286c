"""A simulated Magento 2 shop over real HTTP.

What is simulated, measured against the answers that a real Magento Open Source 2.4.7 gave
(`tests/golden/magento/COVERAGE.md` lists request by request what is the same):

* **Addresses**: `/rest/V1`, `/rest/<store code>/V1`, `/rest/all/V1`, each also below `/index.php`.
  orders (list, one, items, one item, comments, status), invoices and credit memos (list, one,
  comments), customers (search, one), customerGroups/search, store/{storeViews, storeGroups,
  websites, storeConfigs}, taxRates and taxRules (search, one), taxClasses/search, posting of
  order, invoice and credit memo comments, integration/admin/token, `/rest/all/schema`.
* **Signing in**: OAuth 1.0a with HMAC-SHA256 and every quirk of Magento's check, nonces and
  timestamps; access tokens as Bearer (off by default); administrators' tokens that expire, with
  locked accounts and the second factor in the way; ACL resources for each integration.
* **searchCriteria**: every condition, OR in groups and AND between them, both spellings, orders,
  pages with their quirks, limits, unknown fields, dates as MariaDB reads them; `fields`.
* **Answers**: JSON as PHP writes it, XML on request, Magento's error bodies with placeholders,
  HTML for an unacceptable `Accept`, for maintenance, for paths outside the API, for bodies over
  8 MB and addresses over 8 KB.
* **Switches** (`ShopSettings`): maintenance, page limits, repeating the last page as 2.3 did,
  an order that only looks random where none is asked for, Bearer, second factor, the address
  the shop believes it was called by.

Not simulated: XML bodies, PUT and DELETE, asynchronous and bulk calls, customers' own tokens,
endpoints of the second factor, `complex_array_limit`, costly REGEXP (a repeated group, more
than three quantifiers: answered with 500), the storefront. Faults on the wire (latency, dropped
connections, 429) belong to `sync.sandbox.faults`.
"""

from sync.sandbox.shop.app import Shop
from sync.sandbox.shop.settings import RESOURCES, Integration, ShopSettings
from sync.sandbox.shop.state import Happening, ShopState

__all__ = ["RESOURCES", "Happening", "Integration", "Shop", "ShopSettings", "ShopState"]
