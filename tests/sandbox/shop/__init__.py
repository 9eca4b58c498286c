"""The simulated shop against its own rules and against recordings of a real Magento."""
