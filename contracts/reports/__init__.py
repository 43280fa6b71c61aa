"""What came of a run, told to people and to machines."""
