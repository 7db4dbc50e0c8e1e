"""Barcodes: drivers of readers on a serial line, of readers that play keyboard and of cameras; the decoder of pictures."""
