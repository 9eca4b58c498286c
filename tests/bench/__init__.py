"""Figures, not verdicts: benchmarks print what they measured."""
