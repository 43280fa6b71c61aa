"""The files of tasks: fetched, unpacked and read."""
