"""Tests of the way from error messages to causes."""
