"""The checks: every module of this package is imported when the first clause is judged, and registers its own."""
