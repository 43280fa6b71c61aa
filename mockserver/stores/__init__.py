"""Stores that last: the same tables in a file, or in a database that several servers share."""
