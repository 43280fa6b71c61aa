"""The whole state of a mock as a value and as JSON: taken, put back, kept under a name, shared by several workers."""
