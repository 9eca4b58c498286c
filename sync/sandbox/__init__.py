"""A simulated shop and simulated books, with faults on demand."""
