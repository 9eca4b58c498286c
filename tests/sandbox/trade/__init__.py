"""The generator of trade."""
