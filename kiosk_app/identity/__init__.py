"""What codes say about who stands there: the QR of the ID card."""
