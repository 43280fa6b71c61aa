"""How each documented refusal is brought about."""
