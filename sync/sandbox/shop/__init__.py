"""A simulated Magento 2 shop over real HTTP."""
