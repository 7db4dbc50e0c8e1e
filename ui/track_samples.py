"""Plainly fictional sessions of tracking: by code, by card, in every state that a dossier may be in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from drivers.ports import Cause, Check, Verdict
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import (
    DeviceStatus,
    Identity,
    ReceiptStage,
    ScanView,
    SendStage,
    Session,
    Submission,
    TrackView,
)
from kiosk_app.model.tracking import OwnDossier, PastStatus, TrackingReport, TrackingStep, WantedPaper
from kiosk_app.receipts.codes import screen_code
from ui.paper_samples import pages

_NAMES: Final = (
    ("Thủ tục đăng ký nhãn hiệu", "Registration of a trademark"),
    (
        "Đăng ký quốc tế nhãn hiệu có nguồn gốc Việt Nam (Hệ thống Madrid)",
        "International registration of a mark of Vietnamese origin (Madrid System)",
    ),
    ("Gia hạn hiệu lực Giấy chứng nhận đăng ký nhãn hiệu", "Renewal of a trademark certificate"),
)
_BARE_REPORT: Final = TrackingReport(
    dossier_code="G06-20261121-0000042",
    status_code=4,
    status_vi="Đang xử lý",
    status_en="In processing",
    plain_vi="Hồ sơ đang ở đơn vị chuyên môn.",
    plain_en="The dossier is with the expert unit.",
    procedure_vi=_NAMES[0][0],
    procedure_en=_NAMES[0][1],
    steps=(
        TrackingStep("Tiếp nhận", "Reception", "Bộ phận Một cửa", "One-Stop Department", "done", "", "2026-11-23"),
        TrackingStep("Thẩm định hình thức", "Formal examination", "Cục Sở hữu trí tuệ", "", "current", "2026-11-24"),
        TrackingStep("Thẩm định nội dung", "Substantive examination", "", "", "coming", "", "", "2027-08-20"),
        TrackingStep("Trả kết quả", "Result", "Bộ phận Một cửa", "One-Stop Department", "coming"),
    ),
    unit_vi="Cục Sở hữu trí tuệ",
    unit_en="Intellectual Property Office",
    received_at="2026-11-21T03:12:00+00:00",
    accepted_at="2026-11-23T02:00:00+00:00",
    due_date="2027-08-23",
    working_days_left=187,
)


PAST: Final = (
    PastStatus(
        "Mới đăng ký", "Newly registered", "2026-11-21T03:12:00+00:00", "Bộ phận Một cửa", "One-Stop Department"
    ),
    PastStatus("Được tiếp nhận", "Accepted", "2026-11-23T02:00:00+00:00", "Bộ phận Một cửa", "One-Stop Department"),
    PastStatus(
        "Đang xử lý", "In processing", "2026-11-24T02:00:00+00:00", "Cục Sở hữu trí tuệ", "Intellectual Property Office"
    ),
)
REPORT: Final = replace(_BARE_REPORT, history=PAST)
ASKING: Final = replace(
    REPORT,
    status_code=5,
    status_vi="Yêu cầu bổ sung giấy tờ",
    status_en="More papers needed",
    plain_vi="Cần nộp thêm giấy tờ. Thời gian chờ bổ sung không tính vào thời hạn.",
    plain_en="More papers are needed. The time spent waiting for them does not count.",
    due_date="",
    reason="Mẫu nhãn hiệu chưa rõ nét; thiếu chứng từ nộp lệ phí.",
    wanted=(
        WantedPaper("sample", "Mẫu nhãn hiệu kèm danh mục hàng hóa, dịch vụ", 1, 0),
        WantedPaper("fee", "Chứng từ nộp phí, lệ phí", 0, 1),
    ),
    until="2026-12-21",
    history=(
        *PAST,
        PastStatus(
            "Yêu cầu bổ sung giấy tờ",
            "More papers needed",
            "2026-11-27T02:00:00+00:00",
            "Cục Sở hữu trí tuệ",
            "Intellectual Property Office",
        ),
    ),
)
MINE: Final = (
    OwnDossier(
        "G06-20261127-0000091",
        "M4XD",
        5,
        "Yêu cầu bổ sung giấy tờ",
        "More papers needed",
        _NAMES[0][0],
        _NAMES[0][1],
        "2026-11-27T03:12:00+00:00",
    ),
    OwnDossier(
        "G06-20261121-0000042",
        "K7Q2",
        4,
        "Đang xử lý",
        "In processing",
        _NAMES[1][0],
        _NAMES[1][1],
        "2026-11-21T03:12:00+00:00",
        "2026-12-23",
        12,
    ),
    OwnDossier(
        "G06-20260302-0000007",
        "7QF3",
        10,
        "Đã trả kết quả",
        "Result returned",
        _NAMES[2][0],
        _NAMES[2][1],
        "2026-03-02T03:12:00+00:00",
    ),
)


def _supplement_sessions(track: Session) -> dict[str, Session]:
    """Papers that are handed in later, from the scanner to the slip."""
    procedure = Procedure(
        "IP-03",
        None,
        *_NAMES[0],
        "",
        components=tuple(
            Component(paper.component, paper.name_vi, "", paper.originals, paper.copies, True)
            for paper in ASKING.wanted
        ),
    )
    asked = replace(
        track,
        goal=Goal.SUPPLEMENT,
        procedure=procedure,
        track=TrackView(ASKING.dossier_code, "K7Q2", report=ASKING),
        scan=ScanView("sample", paper_loaded=True),
    )
    sample, fee = (replace(page, number=at) for at, page in enumerate(pages()[2:4], 1))
    some = (replace(sample, component="sample"), replace(fee, component="fee"))
    sent = Submission(SendStage.UPLOADING, "u", "K03-2611-0044", bytes_sent=600_000, bytes_total=1_400_000)
    sent = replace(sent, code_picture=screen_code(sent.kiosk_reference))
    taken = replace(
        sent,
        stage=SendStage.ACKNOWLEDGED,
        dossier_code=ASKING.dossier_code,
        lookup_code="K7Q2",
        bytes_sent=1_400_000,
        code_picture=screen_code(ASKING.dossier_code),
    )
    done = replace(asked, screen=Screen.DONE, pages=some, submission=taken, receipt=ReceiptStage.PRINTED)
    return {
        "supplement_scan": replace(asked, screen=Screen.SCAN),
        "supplement_review": replace(asked, screen=Screen.PAGE_REVIEW, pages=some[:1]),
        "supplement_declare": replace(asked, screen=Screen.DECLARE, pages=some),
        "supplement_sending": replace(asked, screen=Screen.SENDING, pages=some, submission=sent),
        "supplement_done": replace(done, scan=ScanView(out=2)),
        "supplement_deferred": replace(
            done, submission=replace(sent, stage=SendStage.DEFERRED), notice="NET-UNREACHABLE"
        ),
    }


def track_sessions(
    track: Session,
    person: Identity,
    with_camera: Mapping[str, DeviceStatus],
    without_reader: Mapping[str, DeviceStatus],
) -> dict[str, Session]:
    """The pictures of tracking by name. `track` is somebody at the first screen of it."""
    return {
        "track": replace(track, track=TrackView("G06-20261121-0000042", "")),
        "track_camera": replace(track, devices=with_camera),
        "track_camera_far": replace(track, devices=with_camera),
        "track_not_found": replace(track, track=TrackView("G06-20261121-0000099", "K7Q2"), notice="NET-NOT-FOUND"),
        "track_result": replace(track, track=TrackView("G06-20261121-0000042", "", report=REPORT)),
        "track_awaited": replace(
            track,
            track=TrackView(
                "G06-20261121-0000042",
                "",
                report=replace(
                    REPORT,
                    status_code=1,
                    status_vi="Mới đăng ký",
                    status_en="Newly registered",
                    plain_vi="Hồ sơ chờ Quý khách nộp bản giấy tại Bộ phận Một cửa.",
                    plain_en="The dossier waits for papers to be handed in.",
                    accepted_at="",
                    due_date="",
                    working_days_left=None,
                    awaited=("Tờ khai đăng ký nhãn hiệu", "Chứng từ nộp phí, lệ phí"),
                ),
            ),
        ),
        "track_supplement": replace(
            track,
            track=TrackView("G06-20261121-0000042", "K7Q2", report=ASKING),
        ),
        "track_returned": replace(
            track,
            track=TrackView(
                "G06-20261121-0000042",
                "K7Q2",
                report=replace(
                    REPORT,
                    status_code=10,
                    status_vi="Đã trả kết quả",
                    status_en="Result returned",
                    due_date="",
                    plain_vi="Kết quả đã được trả.",
                    plain_en="The result has been returned.",
                    working_days_left=None,
                ),
            ),
        ),
        **_supplement_sessions(track),
        "track_not_proven": replace(track, notice="CRD-NOT-PROVEN"),
        "track_consent": replace(track, screen=Screen.CONSENT),
        "track_gone": replace(track, screen=Screen.IDENTIFY, devices=without_reader, notice="CRD-ABSENT"),
        "track_doubt": replace(
            track,
            screen=Screen.CONFIRM_IDENTITY,
            identity=replace(person, passive=Check(Verdict.FAILED, cause=Cause.NOT_AS_SIGNED)),
        ),
        "track_of_mine": replace(track, identity=person, track=TrackView("G06", "K7Q2", report=REPORT, mine=MINE)),
        "mine": replace(track, screen=Screen.MY_DOSSIERS, identity=person, track=TrackView(mine=MINE)),
        "mine_asking": replace(track, screen=Screen.MY_DOSSIERS, identity=person, track=TrackView(asking=True)),
        "mine_none": replace(track, screen=Screen.MY_DOSSIERS, identity=person, track=TrackView(mine=())),
        "mine_failed": replace(
            track, screen=Screen.MY_DOSSIERS, identity=person, track=TrackView(), notice="NET-NOT-ASKED"
        ),
        "track_late": replace(
            track, track=TrackView("G06-20261121-0000042", "", report=replace(REPORT, working_days_left=-3))
        ),
    }
