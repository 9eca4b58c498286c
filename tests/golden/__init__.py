"""Recorded answers of the real services, and what builds on them."""
