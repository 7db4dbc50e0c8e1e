"""Check answers, declare, sending and done: from the last look to the code in the hand."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.basics import Goal
from kiosk_app.model.form import Field, FieldKind
from kiosk_app.model.helping import masked
from kiosk_app.model.offers import Need, mail_offered, mail_open, usual
from kiosk_app.model.procedure import Component
from kiosk_app.model.session import MailStage, ReceiptStage, SendStage, Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

_RECEIPTS: Final = {
    ReceiptStage.PRINTING: ("info", "printer"),
    ReceiptStage.PRINTED: ("ok", "printer-check"),
    ReceiptStage.NOT_PRINTED: ("warn", "printer"),
    ReceiptStage.VOIDED: ("warn", "printer"),
    ReceiptStage.UNKNOWN: ("warn", "printer"),
}


COVERED: Final = "••••••"
"""In the place of an answer while an officer stands here to whom the citizen has not shown it."""


class SubmitModel(SnapshotModel):
    """The dossier as a whole."""

    parts = (
        "procedure",
        "identity",
        "pages",
        "fields",
        "answers",
        "consent",
        "submission",
        "receipt",
        "receipt_code",
        "rating",
        "screen",
        "to_desk",
        "receipt_mail",
        "receipt_mail_error",
        "mail",
        "mail_code",
        "devices",
        "scan",
        "goal",
        "track",
        "assist",
    )

    @shown(bool)
    def supplement(self, session: Session) -> bool:
        """Whether papers are handed in for a dossier that asks for them."""
        return session.goal is Goal.SUPPLEMENT

    # --- check answers ------------------------------------------------------------------------------------------------

    @shown(list)
    def sections(self, session: Session) -> list[Row]:
        """Everything that will be sent, in sections; `change` names the section that can be changed."""
        t = self.texts.t
        rows: list[Row] = []
        if session.identity is not None:
            person = session.identity
            rows.append(
                _section(
                    "identity",
                    t("answers.identity"),
                    "",
                    [
                        _line(t("confirm.name"), person.name, t(f"answers.known_by.{person.verified_by}")),
                        _line(t("confirm.number"), person.masked_number),
                        _line(t("confirm.birth"), words.day(self.texts, person.birth_date)),
                    ],
                )
            )
        if session.procedure is not None:
            papers = [
                _line(item.name(session.language), self.texts.n("answers.pages", len(session.kept_pages(item.id))))
                for item in session.procedure.components
                if session.kept_pages(item.id)
            ]
            papers += [_line(item.name(session.language), t("answers.at_desk")) for item in self._at_desk(session)]
            rows.append(
                _section("scan", t("answers.papers_desk" if session.at_desk else "answers.papers"), "scan", papers)
            )
        answers = [
            _line(item.label(session.language), self._answer(session, item) or t("answers.empty"))
            for item in session.fields
        ]
        if session.consent is not None:
            agreed = "answers.notices_yes" if session.consent.notices else "answers.notices_no"
            answers.append(_line(t("answers.notices"), t(agreed)))
        rows.append(_section("form", t("answers.form"), "form", answers))
        return rows

    def _at_desk(self, session: Session) -> list[Component]:
        at_desk = session.at_desk
        return [item for item in session.procedure.components if item.id in at_desk] if session.procedure else []

    def _answer(self, session: Session, item: Field) -> str:
        if item.id in masked(session):
            return COVERED
        value = session.answers[item.id].value if item.id in session.answers else ""
        if item.kind is FieldKind.CHOICE:
            chosen = next((choice for choice in item.choices if choice.value == value), None)
            return chosen.label(session.language) if chosen else ""
        return value

    @shown(str)
    def procedure_name(self, session: Session) -> str:
        """What is being submitted."""
        return session.procedure.name(session.language) if session.procedure else ""

    @shown(str)
    def procedure_unit(self, session: Session) -> str:
        """To whom, and how long it takes."""
        if session.procedure is None:
            return ""
        if session.goal is Goal.SUPPLEMENT:
            report = session.track.report
            return f"{self.texts.t('track.code')}: {report.dossier_code}" if report else ""
        parts = (session.procedure.unit_vi, words.deadline(self.texts, session.procedure))
        return " · ".join(part for part in parts if part and len(part) <= 60)

    # --- declare ------------------------------------------------------------------------------------------------------

    @shown(str)
    def summary(self, session: Session) -> str:
        """How many papers and pages go out."""
        kept = [page for page in session.pages if page.kept]
        papers = len({page.component for page in kept})
        left = len(session.at_desk)
        if left and not kept:
            return self.texts.n("declare.at_desk", left)
        scanned = self.texts.t(
            "declare.summary",
            papers=self.texts.n("declare.papers", papers),
            pages=self.texts.n("answers.pages", len(kept)),
        )
        return f"{scanned}; {self.texts.n('declare.at_desk', left)}" if left else scanned

    @shown(list)
    def next_steps(self, session: Session) -> list[Row]:
        """What happens after the button."""
        if session.goal is Goal.SUPPLEMENT:
            said = ("declare.supplement_next_1", "declare.supplement_next_2")
            return [{"n": str(n), "text": self.texts.t(key)} for n, key in enumerate(said, 1)]
        paper = usual(session, Need.RECEIPT)
        keys = ("next_1", "next_2" if paper else "next_2_screen", "next_3_desk" if session.at_desk else "next_3")
        return [{"n": str(n), "text": self.texts.t(f"declare.{key}")} for n, key in enumerate(keys, 1)]

    @shown(bool)
    def mail_offered(self, session: Session) -> bool:
        """Whether the receipt can be sent by e-mail instead of being printed."""
        return mail_offered(session)

    @shown(str)
    def mail(self, session: Session) -> str:
        """The address as typed so far."""
        return session.receipt_mail

    @shown(str)
    def mail_error(self, session: Session) -> str:
        """What is wrong with it."""
        return self.texts.t(f"field.{session.receipt_mail_error.value}") if session.receipt_mail_error else ""

    @shown(str)
    def form_mail(self, session: Session) -> str:
        """The address that was given in the form, offered so that nobody types it twice."""
        known = next((item for item in session.fields if item.kind is FieldKind.EMAIL), None)
        answer = session.answers.get(known.id) if known else None
        value = answer.value.strip() if answer else ""
        return value if value != session.receipt_mail else ""

    # --- sending ------------------------------------------------------------------------------------------------------

    @shown(list)
    def send_steps(self, session: Session) -> list[Row]:
        """Seal, upload, answer: what is done, what is being done, with the bytes that the service really took."""
        submission = session.submission
        order = ("seal", "upload", "answer")
        now = {SendStage.NONE: 0, SendStage.SEALING: 0, SendStage.UPLOADING: 1}.get(submission.stage, 3)
        sent_all = submission.bytes_total > 0 and submission.bytes_sent >= submission.bytes_total
        if now == 1 and sent_all:
            now = 2
        rows = []
        for index, key in enumerate(order):
            state = "done" if index < now else "current" if index == now else "coming"
            detail = ""
            if key == "upload" and submission.bytes_total and now >= 1:
                detail = self.texts.t(
                    "sending.bytes",
                    sent=words.size(submission.bytes_sent, session.language),
                    total=words.size(submission.bytes_total, session.language),
                )
            own = "supplement_" if session.goal is Goal.SUPPLEMENT and key != "upload" else ""
            rows.append({"text": self.texts.t(f"sending.{own}{key}"), "state": state, "detail": detail})
        return rows

    @shown(float)
    def fraction(self, session: Session) -> float:
        """The share of bytes that the service took; below 0 while it is not known."""
        submission = session.submission
        if submission.stage is SendStage.UPLOADING and submission.bytes_total:
            return min(1.0, submission.bytes_sent / submission.bytes_total)
        return -1.0

    @shown(bool)
    def sealed(self, session: Session) -> bool:
        """Whether the dossier is safe on this machine."""
        return bool(session.submission.kiosk_reference)

    # --- done ---------------------------------------------------------------------------------------------------------

    @shown(str)
    def outcome(self, session: Session) -> str:
        """acknowledged, deferred, refused or practised."""
        return session.submission.stage.value

    @shown(str)
    def done_title(self, session: Session) -> str:
        """How it ended."""
        if session.submission.stage is SendStage.PRACTISED:
            return self.texts.t("practice.done_title")
        key = {SendStage.DEFERRED: "deferred_title", SendStage.REFUSED: "refused_title"}
        supplement = "supplement_" if session.goal is Goal.SUPPLEMENT else ""
        return self.texts.t(f"done.{supplement}{key.get(session.submission.stage, 'title')}")

    @shown(str)
    def code(self, session: Session) -> str:
        """The service's code, or the kiosk's reference until there is one; of a practice, what stands in its place."""
        if session.submission.stage is SendStage.PRACTISED:
            return self.texts.t("practice.no_code")
        return session.submission.dossier_code or session.submission.kiosk_reference

    @shown(str)
    def code_label(self, session: Session) -> str:
        """What the code is."""
        practised = session.submission.stage is SendStage.PRACTISED
        return self.texts.t("done.code" if practised or session.submission.dossier_code else "done.reference")

    @shown(str)
    def lookup_code(self, session: Session) -> str:
        """The look-up code; empty until the service gave one."""
        return session.submission.lookup_code

    @shown(str)
    def qr(self, session: Session) -> str:
        """Where the QR picture is; never what it says."""
        submission = session.submission
        if submission.stage is SendStage.REFUSED or not submission.code_picture:
            return ""
        key = "dossier" if submission.dossier_code else "reference"
        return f"image://qr/{key}/{session.number}"

    @shown(dict)
    def next_text(self, session: Session) -> Row:
        """What happens now, or why it did not work."""
        t, submission = self.texts.t, session.submission
        supplement = session.goal is Goal.SUPPLEMENT
        if submission.stage is SendStage.PRACTISED:
            return {"lead": t("practice.nothing_sent"), "text": t("practice.really"), "tone": "info"}
        if submission.stage is SendStage.DEFERRED and supplement:
            return {
                "lead": t("done.supplement_deferred_text"),
                "text": t("done.supplement_deferred_how"),
                "tone": "warn",
            }
        if submission.stage is SendStage.DEFERRED:
            return {"lead": t("done.deferred_text"), "text": t("done.deferred_how"), "tone": "warn"}
        if submission.stage is SendStage.REFUSED:
            reason = self.texts.pick(submission.reason_vi, submission.reason_en)
            text = f"{reason} {t('done.refused_how')}" if reason else t("done.refused_how")
            return {"lead": t("done.refused_text") if reason else "", "text": text, "tone": "bad"}
        if supplement:
            return {"lead": t("done.next"), "text": t("done.supplement_next_text"), "tone": "info"}
        if session.at_desk:
            names = "; ".join(item.name(session.language) for item in self._at_desk(session))
            return {"lead": t("done.desk"), "text": f"{names}. {t('done.desk_text')}", "tone": "warn"}
        return {"lead": t("done.next"), "text": t("done.next_text"), "tone": "info"}

    @shown(str)
    def mailed(self, session: Session) -> str:
        """Where the receipt goes by e-mail, masked; empty when none was asked for."""
        if session.mail is not MailStage.ASKED or session.submission.stage is SendStage.REFUSED:
            return ""
        return self.texts.t("done.mailed", address=words.masked_address(session.receipt_mail))

    @shown(dict)
    def late_mail(self, session: Session) -> Row:
        """The receipt by e-mail on the last screen: whether it can be asked for, how it stands, and why one may want it."""
        without = session.receipt in (ReceiptStage.NOT_PRINTED, ReceiptStage.UNKNOWN)
        asking = session.mail is MailStage.ASKING
        return {
            "open": mail_open(session) or asking,
            "asking": asking,
            "help": self.texts.t("done.mail_help_instead" if without else "done.mail_help"),
            "error": self.texts.code(session.mail_code) if session.mail is MailStage.FAILED else "",
        }

    @shown(dict)
    def receipt(self, session: Session) -> Row:
        """What is known of the slip; when something is wrong or uncertain, its code's words."""
        stage = session.receipt
        if stage not in _RECEIPTS:
            return {"tone": "info", "icon": "printer", "lead": "", "text": ""}
        tone, icon = _RECEIPTS[stage]
        text = self.texts.code(session.receipt_code)
        if stage not in (ReceiptStage.NOT_PRINTED, ReceiptStage.UNKNOWN):
            text = self.texts.t(f"done.{stage.value}_text")
        return {"tone": tone, "icon": icon, "lead": self.texts.t(f"done.{stage.value}"), "text": text}

    @shown(bool)
    def asks_for_slip(self, session: Session) -> bool:
        """Whether the citizen is asked if the slip has come out."""
        return session.receipt is ReceiptStage.UNKNOWN

    @shown(bool)
    def can_print(self, session: Session) -> bool:
        """Whether the slip can be printed again."""
        return session.receipt not in (ReceiptStage.PRINTING, ReceiptStage.NONE)

    @shown(str)
    def take(self, session: Session) -> str:
        """What not to leave behind."""
        if session.goal is Goal.SUPPLEMENT and session.identity is None and not session.card.present:
            return self.texts.n("done.take_papers", session.scan.out) if session.scan.out else ""
        if session.scan.out:
            return self.texts.n("done.take", session.scan.out)
        if session.identity is not None and session.identity.verified_by == "typed" and not session.card.present:
            return ""
        return self.texts.t("done.take_card")

    @shown(int)
    def rating(self, session: Session) -> int:
        """The mark given, or 0."""
        return session.rating


def _section(key: str, title: str, change: str, rows: list[Row]) -> Row:
    return {"id": key, "title": title, "change": change, "rows": [row for row in rows if row["value"]]}


def _line(label: str, value: str, note: str = "") -> Row:
    return {"label": label, "value": value, "note": note}
