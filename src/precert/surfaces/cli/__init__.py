"""The `precert` command: one file per verb."""
