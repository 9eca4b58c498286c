"""The shop's client, against the simulated shop and against answers that nobody should send."""
