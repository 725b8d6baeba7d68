"""From a published document to reviewed facts: readers -> layouts -> notation and facts -> repair proposals. See `pipeline.py`."""
