"""Which customers has the shop, and is each of them in the books?"""

from pages.ui import guard, log

guard.page("viewer")
log.show("shop-customers")
