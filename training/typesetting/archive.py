"""A drawn document made fit for the archive: PDF/A-3b (ISO 19005-3) that says it is PDF/UA-1 (ISO 14289-1).

The drawing brings fonts, tags and dates; here come what describes the file to
others (XMP), what its colours mean, what is attached, and a place for a
signature. The same drawing gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import md5
from html import escape
from io import BytesIO

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Page, Pdf, Stream, String
from PIL import ImageCms

from training.typesetting.dates import pdf_date

FIELD = "signature"
# Ten digits where a figure is not known yet; who signs writes over them without moving anything.
UNKNOWN = 9_999_999_999

_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)'(\d\d)'?")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that belongs to the document: the data behind what is printed."""

    name: str
    data: bytes
    type: str
    description: str


@dataclass(frozen=True, kw_only=True)
class SignaturePlace:
    """Room for a signature of at most ``size`` bytes. ``label`` is read for the field, ``at`` the time it claims."""

    size: int
    signer: str
    label: str
    at: datetime


def archive(drawn: bytes, *, attachments: Sequence[Attachment] = (), place: SignaturePlace | None = None) -> bytes:
    """Return the document as PDF/A-3b, with its attachments; with a place, the signature is yet to be filled in.

    ``drawn`` is a tagged document of ``typesetting.Sheet``: its title, author, subject and date are taken over.
    """
    with Pdf.open(BytesIO(drawn)) as pdf:
        _describe(pdf)
        _define_colours(pdf)
        _attach(pdf, attachments)
        if place is not None:
            _leave_place(pdf, place)
        file = BytesIO()
        # Nothing but streams is packed: a checker that knows no more of PDF than how to inflate finds the attachment.
        pdf.save(
            file,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.disable,
            fix_metadata_version=False,  # the metadata are whole as they are
        )
        return file.getvalue()


def _describe(pdf: Pdf) -> None:
    info, language = pdf.docinfo, str(pdf.Root.Lang)
    dated = _DATE.fullmatch(str(info.CreationDate))
    if dated is None:
        raise ValueError(f"the document is dated {info.CreationDate}, which is no date with a time zone")
    packet = _XMP.format(
        title=escape(str(info.Title)),
        author=escape(str(info.Author)),
        subject=escape(str(info.Subject)),
        language=escape(language),
        tool=escape(str(info.Creator)),
        producer=escape(str(info.Producer)),
        moment="{}-{}-{}T{}:{}:{}{}:{}".format(*dated.groups()),
    )
    pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, packet.encode(), Type=Name.Metadata, Subtype=Name.XML))


def _define_colours(pdf: Pdf) -> None:
    profile = pdf.make_indirect(Stream(pdf, _srgb(), N=3))
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


@cache
def _srgb() -> bytes:
    """Return the profile of sRGB, dated like the standard: its maker writes the present time into it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    dated = b"".join(part.to_bytes(2, "big") for part in (1999, 10, 18, 0, 0, 0))
    return profile[:24] + dated + profile[36:]


def _attach(pdf: Pdf, attachments: Sequence[Attachment]) -> None:
    if not attachments:
        return
    names, files = Array(), Array()
    for attachment in sorted(attachments, key=lambda item: item.name):
        stream = Stream(
            pdf,
            attachment.data,
            Type=Name.EmbeddedFile,
            Subtype=Name(f"/{attachment.type}"),
            Params=Dictionary(
                Size=len(attachment.data),
                ModDate=pdf.docinfo.CreationDate,
                # ISO 32000-1, table 46, wants this digest and no other. It finds damage, not deceit.
                CheckSum=String(md5(attachment.data, usedforsecurity=False).digest()),
            ),
        )
        embedded = pdf.make_indirect(stream)
        specification = Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description),
            AFRelationship=Name.Data,
            EF=Dictionary(F=embedded, UF=embedded),
        )
        file = pdf.make_indirect(specification)
        names.extend([String(attachment.name), file])
        files.append(file)
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
    pdf.Root.AF = files


def _leave_place(pdf: Pdf, place: SignaturePlace) -> None:
    """Add a signature field without a picture, read as what ``label`` says, and an empty signature over all the file.

    A hidden field is not allowed in PDF/A; one without extent is.
    """
    page = pdf.pages[0]
    signature = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/ETSI.CAdES.detached"),
        Name=String(place.signer),
        M=String(pdf_date(place.at)),
        ByteRange=[0, UNKNOWN, UNKNOWN, UNKNOWN],
        Contents=String(bytes(place.size)),
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD),
            TU=String(place.label),
            Contents=String(place.label),
            Rect=[0, 0, 0, 0],
            F=4 | 128,  # printed, which PDF/A demands of whatever is not there to be seen; locked
            P=page.obj,
            V=pdf.make_indirect(signature),
        )
    )
    page.obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=1 | 2)
    _tag(pdf, page, field, place.label)


def _tag(pdf: Pdf, page: Page, field: Dictionary, label: str) -> None:
    """Hang the field into the tree of structure elements, last of all."""
    tree = pdf.Root.StructTreeRoot
    document = tree.K[0]
    content = Dictionary(Type=Name.OBJR, Obj=field, Pg=page.obj)
    element = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=document, Alt=String(label), K=Array([content]))
    )
    number = int(tree.ParentTreeNextKey)
    field.StructParent = number
    tree.ParentTree.Nums.extend(Array([number, element]))
    tree.ParentTreeNextKey = number + 1
    document.K.append(element)


# PDF/A knows the identifier of PDF/UA only where the file explains it (ISO 19005-3, 6.6.2.3).
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{tool}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
