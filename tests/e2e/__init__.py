"""The real dashboard in a real browser."""
