"""What checks start from: accepted calls, and tasks in every phase."""
