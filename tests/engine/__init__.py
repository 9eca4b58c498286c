"""The engine against the real protocols."""
