"""Books a Magento 2 shop into e-Boekhouden.nl and records every attempt."""
