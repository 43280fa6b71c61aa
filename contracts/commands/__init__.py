"""The commands of `contracts`, one module each."""
