"""The suite mirrors the tree; `python3 start.py test` runs all of it."""
