"""Did a client send what it was to send? Assertions about the exchanges of a journal, and what is told of them."""
