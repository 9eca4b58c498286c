"""Which causes do failures have: how often, since when, still open, and what helps?"""

from pages.ui import guard, patterns

guard.page("viewer")
patterns.show()
