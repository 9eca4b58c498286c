"""What the pages share: guard, texts, filters, grids."""
