"""What needs doing, how is today, how is the trend?"""

from pages.ui import guard, overview

guard.page("viewer")
overview.show()
