"""The simulated books, by zeep and by raw SOAP."""
