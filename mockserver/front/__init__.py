"""HTTP/1.1 for `mockserver serve`: one event loop reads, answers and writes; only what has to wait gets a thread."""
