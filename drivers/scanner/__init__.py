"""The document scanner: SANE for the pages, the scanner's own eSCL status for what is the matter."""
