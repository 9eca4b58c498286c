"""How did the runs go, what is asked for, and who did what?"""

from pages.ui import guard, runs

guard.page("viewer")
runs.show()
