"""From a scanned sheet to a PDF for a dossier: straightening, judging, reading, binding, in processes of their own."""
