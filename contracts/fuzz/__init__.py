"""Generated requests: what thousands of calls, none written by hand, say of an operation."""
