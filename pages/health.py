"""What is set, does everything answer, and how are worker, limits and record?"""

from pages.ui import guard, health

guard.page("viewer")
health.show()
