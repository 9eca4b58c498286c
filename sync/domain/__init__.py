"""Pure: what a document is, what its booking should be."""
