"""Cassettes: the exchanges of a run, kept in a file, to be sent again and compared."""
