"""The simulated services, over real HTTP."""
