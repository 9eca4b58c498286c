"""Which credit memos were tried, how did it end, and is their invoice in the books?"""

from pages.ui import guard, log

guard.page("viewer")
log.show("creditmemos")
