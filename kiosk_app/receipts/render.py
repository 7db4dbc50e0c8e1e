"""The submission slip, from its values to a 1-bit picture for the receipt printer."""

from __future__ import annotations

from typing import Any

from kiosk_app.receipts.document import Document, picture
from kiosk_app.receipts.slip import SubmissionSlip
from kiosk_app.receipts.template import Both


def document_of(slip: SubmissionSlip) -> Document:
    """The slip as a document."""
    values: dict[str, Any] = {
        "centre": Both(slip.centre_name, slip.centre_name_en),
        "kiosk": slip.kiosk_id,
        "time": slip.time,
        "dossier_code": slip.dossier_code,
        "reference": slip.kiosk_reference or slip.scan_text,
        "lookup_code": slip.lookup_code,
        "copy": slip.copy if slip.copy > 1 else None,
        "procedure": Both(slip.procedure_name, slip.procedure_name_en) if slip.procedure_name else None,
        "procedure_code": slip.procedure_code,
        "applicant": slip.masked_name,
        "components": tuple({"name": Both(item.name, item.name_en), "pages": item.pages} for item in slip.components),
        "papers": len(slip.components),
        "pages": sum(item.pages for item in slip.components),
        "originals": slip.originals,
        "at_desk": tuple(
            {"name": Both(item.name, item.name_en), "originals": item.originals, "copies": item.copies}
            for item in slip.at_desk
        ),
        "notes": tuple({"text": note} for note in slip.notes),
    }
    if slip.assisted:
        values["assisted"] = True
    if slip.supplement:
        values["supplement"] = True
    if slip.assurance:
        values[slip.assurance] = True
    return Document("submission-slip", values, slip.language.value, slip.large)


def render(slip: SubmissionSlip, dots: int = 576) -> bytes:
    """The slip as a 1-bit PNG exactly `dots` wide (576, 512 or 384). The same slip gives the same bytes.

    Raises ValueError for another width.
    """
    return picture(document_of(slip), dots)
