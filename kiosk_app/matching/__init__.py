"""Which page of a mixed stack is which paper of a procedure: pure, from words and where they stand."""
