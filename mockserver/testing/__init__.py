"""The mock in the tests of a client: fixtures, and what they sent."""
