"""What a run on a real endpoint would send, and what that costs; nothing is sent to find out."""
