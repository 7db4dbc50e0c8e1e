"""The A4 office printer: official forms as PDF over the Internet Printing Protocol, straight to it or through CUPS."""
