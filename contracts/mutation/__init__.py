"""Servers with one fact changed, derived from every clause: what a suite, or a client's own tests, notice of them."""
