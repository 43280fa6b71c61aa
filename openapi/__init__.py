"""What the clouds promise: one hand-written OpenAPI file per API, and what reads it."""
