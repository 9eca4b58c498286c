"""Which documents are to be booked again, which may be, how far is it, and what came of it?"""

from pages.ui import again, guard

guard.page("viewer")
again.show()
