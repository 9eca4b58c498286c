"""e-Boekhouden's SOAP API on zeep: session, calls, faults."""

from sync.eboekhouden.access import BooksAccess
from sync.eboekhouden.books import FIRST_DAY, LAST_DAY, MUTATIONS_LIMIT, Books
from sync.eboekhouden.session import NotSentError

__all__ = ["FIRST_DAY", "LAST_DAY", "MUTATIONS_LIMIT", "Books", "BooksAccess", "NotSentError"]
