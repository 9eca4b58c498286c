"""The simulated books: e-Boekhouden.nl's SOAP service with its rules, state and manners.

All 20 operations are simulated. AddFactuur sends no e-mail and collects no money; GetFacturen's
PDF address and AutoLogin's token lead nowhere.
"""

from sync.sandbox.books.service import Books
from sync.sandbox.books.settings import AdministrationSettings, Settings

__all__ = ["AdministrationSettings", "Books", "Settings"]
