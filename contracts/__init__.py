"""Whether a server keeps what the specs promise: a pytest suite of one item per documented statement."""
