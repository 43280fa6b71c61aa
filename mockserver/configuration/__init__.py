"""Settings from a file, from the environment and from flags: which holds, and where it came from."""
