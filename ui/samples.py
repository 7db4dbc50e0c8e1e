"""Plausible, plainly fictional sessions: one for every screen and state that pictures and tests should show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from drivers.ports import Cause, Check, DeviceKind, DeviceState, Verdict
from kiosk_app.model.basics import EndReason, Goal, Language, Overlay, Screen
from kiosk_app.model.calling import Call, CallStage
from kiosk_app.model.form import Answer, Choice, Field, FieldError, FieldKind, PaperOffer, Source
from kiosk_app.model.person import PersonError, TypedPerson
from kiosk_app.model.procedure import Component, Jurisdiction, Procedure, ProcedureSummary
from kiosk_app.model.session import (
    CardStage,
    CardView,
    Consent,
    DeviceStatus,
    Handout,
    Identity,
    MailStage,
    PageView,
    ReceiptStage,
    ScanView,
    SendStage,
    Session,
    Submission,
)
from kiosk_app.receipts.codes import screen_code
from ui.assist_samples import assist_sessions
from ui.draft_samples import draft_sessions
from ui.paper_samples import encoded, page_picture, pages, paper_sessions
from ui.practice_samples import practice_sessions
from ui.servicing_samples import servicing_sessions
from ui.track_samples import track_sessions

_READY: Final = (
    DeviceStatus("card", DeviceKind.CARD, DeviceState.READY),
    DeviceStatus("scanner", DeviceKind.SCANNER, DeviceState.READY),
    DeviceStatus("barcode", DeviceKind.BARCODE, DeviceState.READY),
    DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.READY),
)

TRADEMARK: Final = Procedure(
    local_id="IP-03",
    code=None,
    name_vi="Thủ tục đăng ký nhãn hiệu",
    name_en="Registration of a trademark",
    field_vi="Sở hữu trí tuệ",
    unit_vi="Cục Sở hữu trí tuệ",
    level="toàn trình",
    components=(
        Component("form", "Tờ khai đăng ký nhãn hiệu", "Trademark application form", 2, 0, True, "Mẫu số 08"),
        Component(
            "sample", "Mẫu nhãn hiệu kèm danh mục hàng hóa, dịch vụ", "Mark specimen with goods list", 5, 0, True
        ),
        Component("power", "Giấy ủy quyền (nếu nộp qua đại diện)", "Power of attorney (if represented)", 1, 0, False),
        Component("fee", "Chứng từ nộp phí, lệ phí", "Proof of fee payment", 0, 1, True),
    ),
    deadline_value=9,
    deadline_unit="month",
    deadline_text_vi="Thẩm định hình thức 01 tháng; công bố 02 tháng; thẩm định nội dung 09 tháng.",
    fee_note_vi="Nộp đơn 150.000; công bố 120.000; tra cứu 180.000 mỗi nhóm; thẩm định 550.000 mỗi nhóm.",
    result_vi="Giấy chứng nhận đăng ký nhãn hiệu hoặc quyết định từ chối",
    legal_basis_vi="Luật Sở hữu trí tuệ 50/2005/QH11 và các luật sửa đổi; Nghị định 65/2023/NĐ-CP",
)

RESULTS: Final = (
    TRADEMARK,
    ProcedureSummary(
        "IP-06",
        None,
        "Gia hạn hiệu lực Giấy chứng nhận đăng ký nhãn hiệu",
        "Renewal of a trademark certificate",
        "Sở hữu trí tuệ",
    ),
    ProcedureSummary(
        "IP-09",
        None,
        "Đăng ký quốc tế nhãn hiệu có nguồn gốc Việt Nam (Hệ thống Madrid)",
        "International registration of a mark of Vietnamese origin (Madrid System)",
        "Sở hữu trí tuệ",
    ),
    ProcedureSummary(
        "NL-02",
        "1.002380",
        "Cấp giấy phép tiến hành công việc bức xạ",
        "Licence for radiation work",
        "An toàn bức xạ và hạt nhân",
        offered=False,
    ),
)

FIELDS: Final = (
    Field("applicant", FieldKind.TEXT, "Người nộp hồ sơ", "Submitter", required=True, prefill="name"),
    Field("address", FieldKind.TEXT, "Địa chỉ", "Address", required=True, prefill="residence"),
    Field("phone", FieldKind.PHONE, "Số điện thoại", "Phone number", required=True),
    Field(
        "email",
        FieldKind.EMAIL,
        "Thư điện tử",
        "E-mail",
        hint_vi="Để nhận bản điện tử của kết quả",
        hint_en="To receive the result electronically",
    ),
    Field(
        "delivery",
        FieldKind.CHOICE,
        "Đăng ký nhận kết quả tại",
        "Receive the result at",
        required=True,
        choices=(
            Choice("desk", "Bộ phận Một cửa", "One-Stop Department"),
            Choice("post", "Qua dịch vụ bưu chính", "By post"),
            Choice("digital", "Bản điện tử", "Electronically"),
        ),
    ),
)

# ICAO 9303-5, appendix B: nobody's.
ZONE: Final = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
PERSON: Final = Identity(
    number="001099000123",
    name="NGUYỄN VĂN THỬ NGHIỆM",
    birth_date="1999-02-03",
    sex="Nam",
    residence="Số 1, phố Thí Dụ, phường Mẫu, thành phố Hà Nội",
    expires="2039-02-03",
    passive=Check(Verdict.PASSED),
    chip=Check(Verdict.PASSED),
    active=Check(Verdict.NOT_CHECKED, cause=Cause.NO_KEY),
)


def portrait() -> bytes:
    """A drawn head and shoulders as JPEG, like no one at all."""
    image = QImage(240, 320, QImage.Format.Format_RGB32)
    image.fill(QColor("#DCE6EE"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#6B8196"))
    painter.drawEllipse(QRectF(72, 64, 96, 118))
    painter.drawRoundedRect(QRectF(26, 206, 188, 160), 80, 80)
    painter.end()
    # Qt takes the screen's density once there is one: the same bytes before and after.
    image.setDotsPerMeterX(3780)
    image.setDotsPerMeterY(3780)
    return encoded(image, "JPG")


def devices(*changed: DeviceStatus) -> Mapping[str, DeviceStatus]:
    """All devices ready but for those given."""
    return MappingProxyType({item.id: item for item in (*_READY, *changed)})


def _answers(**typed: str) -> Mapping[str, Answer]:
    known = {
        "applicant": Answer(PERSON.name, Source.CHIP),
        "address": Answer(PERSON.residence, Source.CHIP),
    }
    return MappingProxyType(known | {key: Answer(value, Source.TYPED) for key, value in typed.items()})


def sessions() -> dict[str, Session]:
    """A session for each picture, by the picture's name; all are in Vietnamese, light and of normal size."""
    start = Session(devices=devices())
    paper_out = DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    no_scanner = DeviceStatus("scanner", DeviceKind.SCANNER, DeviceState.ABSENT, "SCN-ABSENT")
    no_reader = DeviceStatus("card", DeviceKind.CARD, DeviceState.ABSENT, "CRD-ABSENT")
    no_gun = DeviceStatus("barcode", DeviceKind.BARCODE, DeviceState.ABSENT, "BAR-ABSENT")
    looking = replace(start, goal=Goal.SUBMIT, query="nhan hieu", results=RESULTS)
    chosen = replace(looking, screen=Screen.PROCEDURE, procedure=TRADEMARK, fields=FIELDS)
    moved = replace(
        TRADEMARK,
        local_id="NL-02",
        code="1.002380",
        name_vi="Cấp giấy phép tiến hành công việc bức xạ",
        name_en="Licence for radiation work",
        field_vi="An toàn bức xạ và hạt nhân",
        offered=False,
        jurisdiction=Jurisdiction.PROVINCE,
    )
    agreed = replace(chosen, consent=Consent("2026-01", "2026-11-21T10:00:00+07:00", True))
    person = replace(PERSON, photo=portrait(), photo_type="image/jpeg")
    known = replace(agreed, identity=person, card=CardView(CardStage.READ, True), answers=_answers())
    by_code = replace(
        PERSON, verified_by="qr", expires="", passive=Check(Verdict.NOT_CHECKED), chip=Check(Verdict.NOT_CHECKED)
    )
    some = pages()
    scanning = replace(known, screen=Screen.SCAN, scan=ScanView("form", paper_loaded=True))
    complete = (*some, replace(some[3], number=6, component="fee", thumbnail=page_picture(6)))
    filled = replace(
        known,
        pages=complete,
        answers=_answers(phone="0900 000 042", email="thunghiem@example.vn", delivery="digital"),
    )
    sent = Submission(SendStage.UPLOADING, "u", "K03-2611-0042", bytes_sent=2_600_000, bytes_total=7_400_000)
    sent = replace(sent, code_picture=screen_code(sent.kiosk_reference))
    code = "G06-20261121-0000042"
    accepted = replace(
        sent,
        stage=SendStage.ACKNOWLEDGED,
        dossier_code=code,
        lookup_code="K7Q2-M4XD",
        code_picture=screen_code(code),
    )
    done = replace(filled, screen=Screen.DONE, submission=accepted, receipt=ReceiptStage.PRINTED, scan=ScanView(out=6))
    no_printer = DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ABSENT, "PRN-ABSENT")
    desk = replace(
        filled,
        identity=by_code,
        pages=(),
        to_desk=frozenset({"form", "sample", "fee"}),
        devices=devices(no_reader, no_scanner, no_printer),
    )
    track = replace(start, screen=Screen.TRACK, goal=Goal.TRACK)
    camera = DeviceStatus("barcode", DeviceKind.BARCODE, DeviceState.READY, preview=True)
    overhead = DeviceStatus("camera", DeviceKind.CAMERA, DeviceState.READY, preview=True)
    return {
        "home": start,
        "home_paper_out": replace(start, devices=devices(paper_out)),
        "home_no_scanner": replace(start, devices=devices(paper_out, no_scanner), service_online=False),
        "home_no_reader": replace(start, devices=devices(no_reader, no_gun)),
        "search": replace(looking, screen=Screen.SEARCH),
        "search_none": replace(looking, screen=Screen.SEARCH, query="xyzt", results=()),
        "procedure": chosen,
        "procedure_moved": replace(chosen, goal=Goal.LOOK_UP, procedure=moved),
        "checklist": replace(chosen, screen=Screen.CHECKLIST, have=frozenset({"form", "sample"})),
        "checklist_printed": replace(
            chosen, screen=Screen.CHECKLIST, have=frozenset({"form"}), handout=Handout(ReceiptStage.PRINTED)
        ),
        "checklist_doubtful": replace(
            chosen, screen=Screen.CHECKLIST, handout=Handout(ReceiptStage.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
        ),
        "procedure_no_paper": replace(chosen, devices=devices(paper_out)),
        "checklist_limited": replace(
            chosen, screen=Screen.CHECKLIST, have=frozenset({"form"}), devices=devices(no_reader, no_scanner, paper_out)
        ),
        "consent": replace(chosen, screen=Screen.CONSENT),
        "identify": replace(agreed, screen=Screen.IDENTIFY),
        "identify_number": replace(
            agreed, screen=Screen.IDENTIFY, card=CardView(CardStage.NEEDS_NUMBER, True), notice="CRD-WRONG-CAN"
        ),
        "identify_camera": replace(agreed, screen=Screen.IDENTIFY, devices=devices(camera)),
        "identify_number_camera": replace(
            agreed,
            screen=Screen.IDENTIFY,
            devices=devices(camera),
            card=CardView(CardStage.NEEDS_NUMBER, True),
            notice="CRD-NEEDS-ACCESS",
        ),
        "identify_zone_known": replace(
            agreed, screen=Screen.IDENTIFY, devices=devices(camera), card=CardView(CardStage.WAITING, mrz=ZONE)
        ),
        "identify_reading": replace(
            agreed, screen=Screen.IDENTIFY, card=CardView(CardStage.READING, True, "photo", 62)
        ),
        "identify_failed": replace(
            agreed, screen=Screen.IDENTIFY, card=CardView(CardStage.FAILED, True), notice="CRD-GARBLED"
        ),
        "identify_gone": replace(agreed, screen=Screen.IDENTIFY, devices=devices(no_reader), notice="CRD-ABSENT"),
        "identify_otherwise": replace(agreed, screen=Screen.IDENTIFY_OTHERWISE, devices=devices(no_reader)),
        "identify_otherwise_camera": replace(
            agreed, screen=Screen.IDENTIFY_OTHERWISE, devices=devices(no_reader, camera)
        ),
        "identify_otherwise_typed": replace(
            agreed,
            screen=Screen.IDENTIFY_OTHERWISE,
            devices=devices(no_reader, no_gun),
            typed=TypedPerson("00109900012", PERSON.name, "03021999", {"number": PersonError.NUMBER}),
        ),
        "confirm_qr": replace(known, screen=Screen.CONFIRM_IDENTITY, identity=by_code, devices=devices(no_reader)),
        "confirm_identity": replace(known, screen=Screen.CONFIRM_IDENTITY),
        "confirm_altered": replace(
            known,
            screen=Screen.CONFIRM_IDENTITY,
            identity=replace(PERSON, passive=Check(Verdict.FAILED, cause=Cause.NOT_AS_SIGNED)),
        ),
        "confirm_mismatch": replace(
            known,
            screen=Screen.CONFIRM_IDENTITY,
            identity=replace(PERSON, mismatches=("birth_date", "qr_name", "qr_birth_date")),
        ),
        "confirm_untrusted": replace(
            known,
            screen=Screen.CONFIRM_IDENTITY,
            identity=replace(
                PERSON,
                passive=Check(Verdict.ISSUER_NOT_TRUSTED, cause=Cause.ISSUER_UNKNOWN),
                chip=Check(Verdict.NOT_CHECKED, cause=Cause.KEY_NOT_VOUCHED),
            ),
        ),
        "scan": replace(scanning, scan=ScanView("form")),
        "scan_no_scanner": replace(
            scanning, scan=ScanView("form"), devices=devices(no_scanner), notice="SCN-ABSENT", pages=()
        ),
        "scan_running": replace(
            scanning,
            pages=(*some[:3], PageView(4, "sample")),
            scan=ScanView("sample", running=True, paper_loaded=True),
        ),
        "scan_table": replace(
            scanning, pages=(), scan=ScanView("", camera=True), devices=devices(no_scanner, overhead)
        ),
        "scan_table_running": replace(
            scanning, pages=some[:3], scan=ScanView("", camera=True, running=True), devices=devices(overhead)
        ),
        "scan_jam": replace(scanning, pages=some, scan=ScanView("sample"), notice="SCN-JAM"),
        "scan_complete": replace(scanning, pages=complete, scan=ScanView("fee")),
        "page_review": replace(scanning, screen=Screen.PAGE_REVIEW, pages=some, scan=ScanView("sample")),
        **paper_sessions(replace(scanning, scan=ScanView())),
        "form": replace(filled, screen=Screen.FORM),
        "form_offers": replace(
            known,
            screen=Screen.FORM,
            answers=_answers(),
            paper_offers=(
                PaperOffer("phone", "0900 000 001", 1, "Điện thoại"),
                PaperOffer("address", "Số 2 đường Giả Định, phường Thử Nghiệm, thành phố Hà Nội", 1, "Địa chỉ"),
            ),
        ),
        "form_errors": replace(
            known,
            screen=Screen.FORM,
            answers=_answers(phone="0912"),
            field_errors=MappingProxyType({"phone": FieldError.PHONE, "delivery": FieldError.CHOICE}),
        ),
        "check_answers": replace(filled, screen=Screen.CHECK_ANSWERS),
        "declare": replace(filled, screen=Screen.DECLARE),
        "declare_mail": replace(
            filled, screen=Screen.DECLARE, devices=devices(paper_out), receipt_mail="thu.nghiem@example.vn"
        ),
        "check_answers_desk": replace(desk, screen=Screen.CHECK_ANSWERS),
        "done_desk": replace(
            desk,
            screen=Screen.DONE,
            submission=accepted,
            receipt=ReceiptStage.NOT_PRINTED,
            receipt_code="PRN-ABSENT",
            receipt_mail="thu.nghiem@example.vn",
            mail=MailStage.ASKED,
        ),
        "done_mail": replace(
            done,
            devices=devices(paper_out),
            receipt=ReceiptStage.NOT_PRINTED,
            receipt_code="PRN-PAPER-OUT",
        ),
        "sending": replace(filled, screen=Screen.SENDING, submission=sent),
        "done": done,
        "done_deferred": replace(
            done,
            submission=replace(sent, stage=SendStage.DEFERRED),
            receipt=ReceiptStage.NOT_PRINTED,
            receipt_code="PRN-PAPER-OUT",
            notice="NET-UNREACHABLE",
        ),
        "done_voided": replace(
            done,
            receipt=ReceiptStage.VOIDED,
            receipt_code="PRN-PAPER-OUT",
            receipt_owed=True,
            devices=devices(paper_out),
        ),
        "done_unknown": replace(done, receipt=ReceiptStage.UNKNOWN, receipt_code="PRN-UNKNOWN-OUTCOME"),
        "done_refused": replace(
            done,
            submission=replace(
                sent,
                stage=SendStage.REFUSED,
                reason_vi="Thành phần hồ sơ không khớp với thủ tục.",
                reason_en="The components do not fit the procedure.",
            ),
            receipt=ReceiptStage.NONE,
        ),
        **draft_sessions(replace(scanning, pages=some, scan=ScanView("sample")), person),
        **track_sessions(track, person, devices(camera), devices(no_reader)),
        "goodbye": replace(start, screen=Screen.GOODBYE),
        "goodbye_timed_out": replace(start, screen=Screen.GOODBYE, end_reason=EndReason.TIMED_OUT),
        "out_of_service": replace(start, screen=Screen.OUT_OF_SERVICE),
        "idle_warning": replace(filled, screen=Screen.FORM, overlay=Overlay.IDLE_WARNING),
        **{
            f"help_{stage.value}": replace(
                agreed, screen=Screen.IDENTIFY, overlay=Overlay.HELP_CALLED, call=Call(1, stage, expected)
            )
            for stage, expected in (
                (CallStage.CALLING, ""),
                (CallStage.CALLED, ""),
                (CallStage.COMING, "2026-11-23T03:47:00Z"),
                (CallStage.NOT_SENT, ""),
            )
        },
        "confirm_end": replace(filled, screen=Screen.CHECK_ANSWERS, overlay=Overlay.CONFIRM_END),
        "confirm_servicing": replace(filled, screen=Screen.FORM, overlay=Overlay.CONFIRM_SERVICING),
        **assist_sessions(agreed, scanning, some, filled),
        **practice_sessions(start, agreed, scanning, filled),
        **servicing_sessions(start),
    }


class ShownRuntime:
    """A runtime that only shows: it holds a session, tells of changes and writes down intents."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.intents: list[tuple[str, dict[str, object]]] = []
        self._listeners: list[Callable[[Session], None]] = []

    def subscribe(self, listener: Callable[[Session], None]) -> None:
        """As the real one."""
        self._listeners.append(listener)

    def intent(self, name: str, payload: Mapping[str, object]) -> None:
        """Written down, not carried out."""
        self.intents.append((name, dict(payload)))

    def show(self, session: Session) -> None:
        """Makes this the session."""
        self.session = session
        for listener in self._listeners:
            listener(session)


def in_language(session: Session, language: Language) -> Session:
    """The same session in another language."""
    return replace(session, language=language)
