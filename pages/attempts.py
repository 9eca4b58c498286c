"""Which documents of any kind were tried? Where numbers about all kinds together lead."""

from pages.ui import guard, log

guard.page("viewer")
log.show("attempts")
