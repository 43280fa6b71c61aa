"""Two results of the same promises: what differs, and who moved."""
