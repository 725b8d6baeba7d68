"""Scripts that make what is shipped: the bundled releases, the schemas, the pages drawn from data."""
