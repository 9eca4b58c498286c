"""Which documents have what was searched for?"""

from pages.ui import guard, results

guard.page("viewer")
results.show()
