"""Which customers were created, updated or found in the books, and which could not be?"""

from pages.ui import guard, log

guard.page("viewer")
log.show("customers")
