"""e-Boekhouden's SOAP API on zeep: session, calls, faults."""
