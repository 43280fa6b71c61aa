"""What keeps a run on a real endpoint from doing harm."""
