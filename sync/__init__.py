"""Books a Magento 2 shop into e-Boekhouden and records every attempt."""

from typing import Final

VERSION: Final = "0.1.0"
"""Of this program."""
