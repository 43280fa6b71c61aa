"""The records that exports are made from when a test brings its own: read, kept, and found again."""
