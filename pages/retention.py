"""How much is kept of each month; take it along, or clean it up."""

from pages.ui import guard, retention

guard.page("viewer")
retention.show()
