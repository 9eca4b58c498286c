"""Which VAT code and ledger is each amount booked on, and is that right?"""

from pages.ui import guard, vat

guard.page("viewer")
vat.show()
