"""The record of attempts: hub (SQLite), segments (Parquet), queries (DuckDB)."""
