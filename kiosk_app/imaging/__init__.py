"""From a scanned sheet to a PDF a dossier can carry: straightening, judging, reading, binding, in processes of their own."""
