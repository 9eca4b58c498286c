"""Which invoices were tried, how did it end, and why?"""

from pages.ui import guard, log

guard.page("viewer")
log.show("invoices")
