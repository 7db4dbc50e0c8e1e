"""The national dossier statuses and the moves between them, as a pure state machine.

The ten names and codes are a national list and are quoted exactly. Nothing here reads a clock or
a database: `apply` folds one move into a state, so the whole life of a dossier can be replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum

from backend.working_days import (
    Calendar,
    LegalTime,
    Pause,
    due_date,
    remaining_at,
    resumed_due,
)


class Status(IntEnum):
    """Status codes of the national list."""

    NEWLY_REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    IN_PROCESSING = 4
    MORE_PAPERS_NEEDED = 5
    PAYMENT_DUE = 6
    WITHDRAWAL_REQUESTED = 7
    STOPPED = 8
    PROCESSED = 9
    RESULT_RETURNED = 10


@dataclass(frozen=True)
class Words:
    """A status in words: the fixed name and one plain sentence, in both languages."""

    vi: str
    en: str
    plain_vi: str
    plain_en: str


WORDS: Mapping[Status, Words] = {
    Status.NEWLY_REGISTERED: Words(
        "Mới đăng ký",
        "Newly registered",
        "Hồ sơ đã gửi, chờ Bộ phận Một cửa tiếp nhận.",
        "The dossier has been sent and waits for the One-Stop Department to accept it.",
    ),
    Status.ACCEPTED: Words(
        "Được tiếp nhận",
        "Accepted",
        "Hồ sơ hợp lệ, đã có ngày hẹn trả kết quả.",
        "The dossier is valid and has a date for the result.",
    ),
    Status.NOT_ACCEPTED: Words(
        "Không được tiếp nhận",
        "Not accepted",
        "Hồ sơ bị từ chối tiếp nhận. Xem lý do bên dưới.",
        "The dossier was not accepted. See the reason below.",
    ),
    Status.IN_PROCESSING: Words(
        "Đang xử lý",
        "In processing",
        "Hồ sơ đang ở đơn vị chuyên môn.",
        "The dossier is with the specialised unit.",
    ),
    Status.MORE_PAPERS_NEEDED: Words(
        "Yêu cầu bổ sung giấy tờ",
        "More papers needed",
        "Cần nộp thêm giấy tờ. Thời gian chờ bổ sung không tính vào thời hạn.",
        "More papers are needed. The time spent waiting for them does not count.",
    ),
    Status.PAYMENT_DUE: Words(
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Payment due",
        "Cần nộp phí, lệ phí để hồ sơ được xử lý tiếp.",
        "Fees must be paid before processing goes on.",
    ),
    Status.WITHDRAWAL_REQUESTED: Words(
        "Công dân yêu cầu rút hồ sơ",
        "Withdrawal requested",
        "Đã nhận yêu cầu rút hồ sơ, chờ xác nhận.",
        "The request to withdraw has been received and waits for confirmation.",
    ),
    Status.STOPPED: Words(
        "Dừng xử lý",
        "Stopped",
        "Hồ sơ đã dừng xử lý. Xem thông báo kèm lý do.",
        "Processing has stopped. See the notice and its reason.",
    ),
    Status.PROCESSED: Words(
        "Đã xử lý xong",
        "Processed",
        "Đã có kết quả, chờ trả.",
        "The result is ready to collect.",
    ),
    Status.RESULT_RETURNED: Words(
        "Đã trả kết quả",
        "Result returned",
        "Kết quả đã được trả.",
        "The result has been returned.",
    ),
}


def named(status: Status) -> dict[str, object]:
    """A status as the contract writes it: its number in the national list and both names."""
    return {"code": status.value, "vi": WORDS[status].vi, "en": WORDS[status].en}


#: The plain line of a newly registered dossier whose papers are still to come.
AWAITING_PAPERS = (
    "Hồ sơ chờ Quý khách nộp bản giấy tại Bộ phận Một cửa. Chỉ được tiếp nhận khi đã nộp đủ.",
    "The dossier waits for papers to be handed in at the One-Stop Department. It is accepted once they are all there.",
)

#: Who may go where. A status that is a key of nothing and has no move is an end.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.NEWLY_REGISTERED: frozenset({Status.ACCEPTED, Status.NOT_ACCEPTED, Status.WITHDRAWAL_REQUESTED}),
    Status.ACCEPTED: frozenset({Status.IN_PROCESSING, Status.WITHDRAWAL_REQUESTED}),
    Status.NOT_ACCEPTED: frozenset(),
    Status.IN_PROCESSING: frozenset(
        {
            Status.MORE_PAPERS_NEEDED,
            Status.PAYMENT_DUE,
            Status.WITHDRAWAL_REQUESTED,
            Status.STOPPED,
            Status.PROCESSED,
        }
    ),
    Status.MORE_PAPERS_NEEDED: frozenset({Status.IN_PROCESSING, Status.WITHDRAWAL_REQUESTED, Status.STOPPED}),
    Status.PAYMENT_DUE: frozenset({Status.IN_PROCESSING, Status.WITHDRAWAL_REQUESTED, Status.STOPPED}),
    # Confirmed withdrawal stops the dossier; one taken back resumes where a unit can work on it.
    Status.WITHDRAWAL_REQUESTED: frozenset({Status.STOPPED, Status.IN_PROCESSING}),
    Status.STOPPED: frozenset(),
    Status.PROCESSED: frozenset({Status.RESULT_RETURNED}),
    Status.RESULT_RETURNED: frozenset(),
}

#: Moves for which the law wants a reason in words (forms 02, 03 and 05 of Circular 03/2025).
REASON_NEEDED = frozenset({Status.NOT_ACCEPTED, Status.MORE_PAPERS_NEEDED, Status.STOPPED})


class MoveError(Exception):
    """A move that the workflow does not allow.

    `code` is one of MOVE-NOT-ALLOWED, MOVE-REASON-NEEDED, MOVE-DATE-INVALID.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class State:
    """Where a dossier stands.

    `due` is None until acceptance, where no legal time is known, and while the clock is paused;
    `pause` then holds what was left of it.
    """

    status: Status
    accepted_at: datetime | None = None
    legal_time: LegalTime | None = None
    due: date | None = None
    pause: Pause | None = None
    finished_on: date | None = None


@dataclass(frozen=True)
class Move:
    """One decision of an officer. `at` is aware; `given_due` is a date an officer sets by hand."""

    to: Status
    at: datetime
    reason: str | None = None
    given_due: date | None = None


@dataclass(frozen=True)
class Rules:
    """What the ministry decides about time."""

    calendar: Calendar
    paused: frozenset[Status] = frozenset({Status.MORE_PAPERS_NEEDED})


def may_move(current: Status, to: Status) -> bool:
    """Whether the national list allows this step."""
    return to in MOVES[current]


def apply(state: State, move: Move, rules: Rules, legal_time: LegalTime | None = None) -> State:
    """Fold one move into a state and return the new one.

    `legal_time` is the procedure's, used when the move is an acceptance.
    Raises MoveError.
    """
    if not may_move(state.status, move.to):
        raise MoveError("MOVE-NOT-ALLOWED", f"{state.status.value} -> {move.to.value}")
    if move.to in REASON_NEEDED and not (move.reason or "").strip():
        raise MoveError("MOVE-REASON-NEEDED", str(move.to.value))
    today = rules.calendar.local_date(move.at)
    if move.given_due is not None and move.given_due < today:
        raise MoveError("MOVE-DATE-INVALID", "the due date lies before the move")
    moved = replace(state, status=move.to)
    accepts = move.to is Status.ACCEPTED or (
        # A withdrawal taken back before acceptance: going on with it is accepting it.
        move.to is Status.IN_PROCESSING and state.accepted_at is None
    )
    if accepts:
        due = due_date(legal_time, move.at, rules.calendar) if legal_time else None
        moved = replace(moved, accepted_at=move.at, legal_time=legal_time, due=due)
    elif move.to in rules.paused and state.due is not None:
        pause = Pause(today, remaining_at(state.due, today, rules.calendar), state.due)
        moved = replace(moved, due=None, pause=pause)
    elif state.pause is not None and move.to is Status.IN_PROCESSING:
        due = resumed_due(state.pause, today, state.legal_time, rules.calendar)
        moved = replace(moved, due=due, pause=None)
    if move.given_due is not None:
        if moved.accepted_at is None or move.to in rules.paused:
            raise MoveError("MOVE-DATE-INVALID", "no due date can be given in this status")
        moved = replace(moved, due=move.given_due, pause=None)
    if move.to in (Status.PROCESSED, Status.STOPPED):
        moved = replace(moved, finished_on=today)
    return moved


def working_days_left(state: State, now: datetime, calendar: Calendar) -> int | None:
    """Working days until the due date; negative when overdue, frozen while paused, else None."""
    if state.finished_on is not None:
        return None
    if state.pause is not None:
        return state.pause.working_days_left
    if state.due is None:
        return None
    return remaining_at(state.due, calendar.local_date(now), calendar)
