"""From error messages to causes: rules, not a list of sentences; see `classify`.

First hit decides: a known code, a reason on the way to the service, what the words say, and for
the rest the message's own words with everything that varies masked.
"""

from sync.domain.patterns.causes import CATEGORIES, Category
from sync.domain.patterns.classify import RULES_VERSION, Classified, classify, pattern_id

__all__ = ["CATEGORIES", "RULES_VERSION", "Category", "Classified", "classify", "pattern_id"]
