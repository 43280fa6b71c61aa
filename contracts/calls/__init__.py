"""Requests to the operations of a spec, and their answers read through it."""
