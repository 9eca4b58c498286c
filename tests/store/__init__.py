"""The record of attempts: durable, exact, and asked the right questions."""
