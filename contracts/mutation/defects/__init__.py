"""What a server does wrong that no document can say: somebody in between, who changes requests or answers."""
