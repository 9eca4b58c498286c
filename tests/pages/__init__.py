"""The pages: texts, formats, view and filters by themselves; whole pages through AppTest."""
