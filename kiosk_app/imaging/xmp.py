"""What a component's file says of itself, as the XMP packet that PDF/A asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from kiosk_app.imaging.values import PdfFacts

PART: Final = "2"
CONFORMANCE: Final = "B"
PRODUCER: Final = "Kiosk imaging"
# Our own properties, described in the packet itself (ISO 19005-2, 6.6.2.3) because no standard schema has them.
KIOSK_NAMESPACE: Final = "urn:kiosk:xmp:component:1#"
PROPERTIES: Final = (
    ("procedure", "Code or local id of the procedure the dossier is for"),
    ("component", "Id of the component of the dossier that this file is"),
    ("kioskId", "Machine on which the papers were scanned"),
)


def packet(facts: PdfFacts) -> bytes:
    """The packet, the same bytes for the same facts. Raises ValueError when the time has no zone."""
    stamp = xmp_time(facts.created)
    values = (facts.procedure, facts.component, facts.kiosk_id)
    own = "".join(
        f"   <kiosk:{name}>{escape(value)}</kiosk:{name}>\n"
        for (name, _), value in zip(PROPERTIES, values, strict=True)
    )
    described = "".join(
        "        <rdf:li rdf:parseType='Resource'>\n"
        f"         <pdfaProperty:name>{name}</pdfaProperty:name>\n"
        "         <pdfaProperty:valueType>Text</pdfaProperty:valueType>\n"
        "         <pdfaProperty:category>external</pdfaProperty:category>\n"
        f"         <pdfaProperty:description>{meaning}</pdfaProperty:description>\n"
        "        </rdf:li>\n"
        for name, meaning in PROPERTIES
    )
    return (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>\n"
        " <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
        "  <rdf:Description rdf:about=''\n"
        "    xmlns:dc='http://purl.org/dc/elements/1.1/'\n"
        "    xmlns:xmp='http://ns.adobe.com/xap/1.0/'\n"
        "    xmlns:pdf='http://ns.adobe.com/pdf/1.3/'\n"
        "    xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'\n"
        "    xmlns:pdfaExtension='http://www.aiim.org/pdfa/ns/extension/'\n"
        "    xmlns:pdfaSchema='http://www.aiim.org/pdfa/ns/schema#'\n"
        "    xmlns:pdfaProperty='http://www.aiim.org/pdfa/ns/property#'\n"
        f"    xmlns:kiosk='{KIOSK_NAMESPACE}'>\n"
        f"   <pdfaid:part>{PART}</pdfaid:part>\n"
        f"   <pdfaid:conformance>{CONFORMANCE}</pdfaid:conformance>\n"
        "   <dc:format>application/pdf</dc:format>\n"
        f"   <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{escape(facts.title)}</rdf:li></rdf:Alt></dc:title>\n"
        "   <dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>\n"
        f"   <xmp:CreateDate>{stamp}</xmp:CreateDate>\n"
        f"   <xmp:ModifyDate>{stamp}</xmp:ModifyDate>\n"
        f"   <xmp:MetadataDate>{stamp}</xmp:MetadataDate>\n"
        f"   <xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>\n"
        f"   <pdf:Producer>{PRODUCER}</pdf:Producer>\n" + own + "   <pdfaExtension:schemas>\n    <rdf:Bag>\n"
        "     <rdf:li rdf:parseType='Resource'>\n"
        "      <pdfaSchema:schema>Component of a dossier</pdfaSchema:schema>\n"
        f"      <pdfaSchema:namespaceURI>{KIOSK_NAMESPACE}</pdfaSchema:namespaceURI>\n"
        "      <pdfaSchema:prefix>kiosk</pdfaSchema:prefix>\n"
        "      <pdfaSchema:property>\n       <rdf:Seq>\n"
        + described
        + "       </rdf:Seq>\n      </pdfaSchema:property>\n"
        "     </rdf:li>\n    </rdf:Bag>\n   </pdfaExtension:schemas>\n"
        "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end='w'?>"
    ).encode()


def xmp_time(moment: datetime) -> str:
    """ISO 8601 to the second with its zone."""
    if moment.utcoffset() is None:
        raise ValueError("the time of creation has no zone")
    return moment.replace(microsecond=0).isoformat()


def pdf_time(moment: datetime) -> str:
    """The same moment as PDF writes it: D:20260102093000+07'00'."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("the time of creation has no zone")
    minutes = round(offset.total_seconds() / 60)
    sign = "+" if minutes >= 0 else "-"
    return f"D:{moment:%Y%m%d%H%M%S}{sign}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}'"
