"""Simulated e-Boekhouden books over real SOAP."""
