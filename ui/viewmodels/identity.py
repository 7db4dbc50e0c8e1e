"""Consent, identify and confirm identity: what is read from the chip, how far it is, and who it says one is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from drivers.ports import Cause, Check, DeviceKind, Verdict
from kiosk_app.model.basics import Goal
from kiosk_app.model.offers import Need, Way, otherwise_offered, way, works
from kiosk_app.model.session import CardStage, Identity, Session
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

STAGES: Final = ("connect", "access", "identity", "photo", "authenticity")
_TITLES: Final = {
    CardStage.WAITING: ("identify.title", "identify.guidance"),
    CardStage.NEEDS_NUMBER: ("identify.number_title", "identify.number_guidance"),
    CardStage.READING: ("identify.reading_title", "identify.reading_guidance"),
    CardStage.FAILED: ("identify.failed_title", "identify.failed_guidance"),
    CardStage.READ: ("identify.read_title", "identify.reading_guidance"),
}


# At a reader that the card is pushed into.
_AT_SLOT: Final = {
    "identify.title": "identify.slot_title",
    "identify.guidance": "identify.slot_guidance",
    "identify.reading_title": "identify.slot_reading_title",
    "identify.number_known": "identify.slot_number_known",
    "identify.zone_known": "identify.slot_zone_known",
}

# What the reading calls a field, in the words of the screen; what is about the chip itself is one.
_FIELDS: Final = {
    **{name: name for name in ("number", "name", "birth_date", "sex", "expires")},
    **{f"qr_{name}": name for name in ("number", "name", "birth_date", "sex", "issued", "old_number")},
    "mrz_check_digits": "zone",
    "pace_info": "security",
    "dg2_missing": "portrait",
    "dg13_missing": "details",
}


class IdentityModel(SnapshotModel):
    """The card and the person."""

    parts = ("procedure", "consent", "card", "identity", "devices", "typed", "goal")

    def __init__(self, texts: Texts, session: Session, reader: str = "tray", parent: QObject | None = None) -> None:
        # Before the first look at the session, which happens in there.
        self._slot = reader == "slot"
        super().__init__(texts, session, parent)

    def _at_reader(self, key: str) -> str:
        """The text for this machine's kind of reader."""
        return self.texts.t(_AT_SLOT.get(key, key) if self._slot else key)

    @shown(list)
    def consent_points(self, session: Session) -> list[Row]:
        """What the data is for, what is read, what is erased, which rights there are."""
        name = session.procedure.name(session.language) if session.procedure else ""
        # To be shown one's own dossiers is another purpose: nothing is submitted, and another token leaves the machine.
        tracking = "track_" if session.goal is Goal.TRACK else ""
        return [
            {
                "icon": icon,
                "title": self.texts.t(f"consent.{key}_title"),
                "text": self.texts.t(f"consent.{said}", procedure=name),
            }
            for key, said, icon in (
                ("purpose", f"{tracking}purpose", "file-text"),
                ("read", f"{tracking}read", "id-card"),
                ("kiosk", f"{tracking}kiosk", "trash-2"),
                ("rights", "rights", "shield-check"),
            )
        ]

    @shown(bool)
    def notices_asked(self, session: Session) -> bool:
        """Whether the consent to notices is asked for: of those who submit."""
        return session.goal is not Goal.TRACK

    @shown(bool)
    def notices(self, session: Session) -> bool:
        """Whether optional notices were agreed to before; unticked on the first visit."""
        return session.consent is not None and session.consent.notices

    # --- identify -----------------------------------------------------------------------------------------------------

    @shown(str)
    def stage(self, session: Session) -> str:
        """waiting, needs_number, reading, failed or read."""
        return session.card.stage.value

    @shown(bool)
    def present(self, session: Session) -> bool:
        """Whether a card lies on the reader."""
        return session.card.present

    @shown(str)
    def title(self, session: Session) -> str:
        """What to do now."""
        return self._at_reader("identify.gone_title" if self._gone(session) else _TITLES[session.card.stage][0])

    @shown(str)
    def guidance(self, session: Session) -> str:
        """How, and how long it takes."""
        return self._at_reader("identify.gone_guidance" if self._gone(session) else _TITLES[session.card.stage][1])

    @shown(str)
    def number_known(self, session: Session) -> str:
        """That what opens the chip is there and only the card is missing."""
        return self._at_reader("identify.number_known" if session.card.access_number else "identify.zone_known")

    @shown(str)
    def reader_kind(self, _session: Session) -> str:
        """Which picture shows this machine's reader: card, for one that it is laid on, or slot."""
        return "slot" if self._slot else "card"

    def _gone(self, session: Session) -> bool:
        return way(session, Need.IDENTIFY) is not Way.CHIP and session.card.stage is not CardStage.READING

    @shown(bool)
    def reader_gone(self, session: Session) -> bool:
        """Whether no chip can be read here now."""
        return self._gone(session)

    @shown(bool)
    def otherwise(self, session: Session) -> bool:
        """Whether the ways without the chip are offered."""
        return otherwise_offered(session)

    @shown(float)
    def progress(self, session: Session) -> float:
        """How far the whole reading is, 0 to 1: each stage is a fifth."""
        card = session.card
        if card.stage is CardStage.READ:
            return 1.0
        if card.stage is not CardStage.READING or card.step not in STAGES:
            return 0.0
        return (STAGES.index(card.step) + card.percent / 100) / len(STAGES)

    @shown(list)
    def stages(self, session: Session) -> list[Row]:
        """The stages of reading with the state of each."""
        card = session.card
        now = STAGES.index(card.step) if card.step in STAGES else -1
        rows = []
        for index, step in enumerate(STAGES):
            text = self.texts.t(f"identify.stage.{step}")
            state = "coming"
            if card.stage is CardStage.READ or (card.stage is CardStage.READING and index < now):
                state = "done"
            elif card.stage is CardStage.READING and index == now:
                state = "current"
                if 0 < card.percent < 100:
                    text = self.texts.t("identify.stage.percent", text=text, n=card.percent)
            rows.append({"text": text, "state": state})
        return rows

    @shown(bool)
    def has_number(self, session: Session) -> bool:
        """Whether what opens the chip is known already: six digits, typed or scanned, or the zone on the card's back."""
        return session.card.key_known

    # --- identify otherwise -------------------------------------------------------------------------------------------

    @shown(bool)
    def code_reader(self, session: Session) -> bool:
        """Whether the QR of the card can be presented."""
        return works(session.device(DeviceKind.BARCODE))

    @shown(dict)
    def typed(self, session: Session) -> Row:
        """What was typed so far."""
        return {"number": session.typed.number, "name": session.typed.name, "birth": session.typed.birth}

    @shown(dict)
    def typed_errors(self, session: Session) -> Row:
        """What is wrong with it, by field."""
        errors = session.typed.errors
        return {
            name: self.texts.t(f"person.error.{errors[name].value}") if name in errors else ""
            for name in ("number", "name", "birth")
        }

    # --- confirm ------------------------------------------------------------------------------------------------------

    @shown(dict)
    def person(self, session: Session) -> Row:
        """Who the chip says one is; the number is masked, and whole only under the finger."""
        identity = session.identity
        if identity is None:
            return {"name": "", "masked": "", "number": "", "birth": "", "photo": ""}
        photo = f"{session.number}" if identity.photo and identity.photo_type == "image/jpeg" else ""
        return {
            "name": identity.name,
            "masked": identity.masked_number,
            "number": identity.number,
            "birth": words.day(self.texts, identity.birth_date),
            "photo": photo,
        }

    @shown(list)
    def person_facts(self, session: Session) -> list[Row]:
        """The lines under the name; what the chip does not say is left out."""
        identity = session.identity
        if identity is None:
            return []
        expires = words.day(self.texts, identity.expires) if identity.expires else ""
        rows = (
            ("birth", words.day(self.texts, identity.birth_date)),
            ("sex", self._sex(identity.sex)),
            ("residence", identity.residence),
            ("expires", expires),
        )
        return [{"label": self.texts.t(f"confirm.{key}"), "value": value} for key, value in rows if value]

    def _sex(self, value: str) -> str:
        known = {"M": "confirm.sex_.M", "NAM": "confirm.sex_.M", "F": "confirm.sex_.F", "NỮ": "confirm.sex_.F"}
        key = known.get(value.upper())
        return self.texts.t(key) if key else value

    @shown(str)
    def confirm_guidance(self, session: Session) -> str:
        """Where the facts come from."""
        known_by = session.identity.verified_by if session.identity else "chip"
        return self.texts.t("confirm.guidance" if known_by == "chip" else f"confirm.guidance_{known_by}")

    @shown(dict)
    def verdict(self, session: Session) -> Row:
        """What the checks of the chip mean for the citizen, in one sentence."""
        if session.identity is None:
            return {"tone": "info", "text": "", "code": ""}
        if (code := session.identity.doubt) is not None:
            # A note can go with a dossier; who only wants to see the own ones has none, and is told of the other way.
            said = "CRD-NOT-PROVEN" if session.goal is Goal.TRACK else code
            return {"tone": "warn", "text": self.texts.code(said), "code": self.texts.t("notice.code", code=code)}
        key, tone = judged(session.identity)
        return {"tone": tone, "text": self.texts.t(f"confirm.verdict.{key}"), "code": ""}

    @shown(bool)
    def doubtful(self, session: Session) -> bool:
        """Whether the citizen has to choose between an officer and a note to the officer."""
        return self._doubtful(session)

    def _doubtful(self, session: Session) -> bool:
        identity = session.identity
        return identity is not None and identity.doubt is not None and not identity.noted

    @shown(bool)
    def notable(self, session: Session) -> bool:
        """Whether one can go on with a note to the officer: with a dossier, and with nothing else."""
        return self._doubtful(session) and session.goal is not Goal.TRACK

    @shown(list)
    def checks(self, session: Session) -> list[Row]:
        """What was checked of the card, in plain words with the reason; nothing when all is well."""
        identity = session.identity
        if identity is None or identity.verified_by != "chip":
            return []
        if identity.doubt is None and judged(identity) == ("genuine", "ok"):
            return []
        original = _worst(identity.chip, identity.active)
        passive, chip = _plain(identity.passive, "as_signed"), _plain(original, "genuine")
        return [
            {"label": self.texts.t("confirm.signature"), "value": self.texts.t(f"confirm.check.{passive}")},
            {"label": self.texts.t("confirm.original"), "value": self.texts.t(f"confirm.check.{chip}")},
        ]

    @shown(dict)
    def differing(self, session: Session) -> Row:
        """Which fields the card gives twice and differently: their names, never what they say."""
        found = session.identity.mismatches if session.identity is not None else ()
        fields = tuple(dict.fromkeys(_FIELDS.get(name, "security") for name in found))
        if not fields:
            return {"label": "", "value": ""}
        label = self.texts.t("confirm.differ" if len(fields) > 1 else "confirm.differ_one")
        return {"label": label, "value": ", ".join(self.texts.t(f"confirm.field.{name}") for name in fields)}


def _worst(chip: Check, active: Check) -> Check:
    """Of the two proofs of the original chip the one that counts: a failure, else a proof, else what hindered it."""
    for verdict in (Verdict.FAILED, Verdict.PASSED):
        for check in (chip, active):
            if check.verdict is verdict:
                return check
    return chip if chip.cause is not Cause.NO_KEY else active


def _plain(check: Check, passed: str) -> str:
    """The text id of a check: its cause where it has one, else what its verdict means."""
    if check.cause is not Cause.NONE:
        return check.cause.value
    plain = {Verdict.PASSED: passed, Verdict.FAILED: "failed", Verdict.ISSUER_NOT_TRUSTED: "issuer_unknown"}
    return plain.get(check.verdict, "not_checked")


def judged(identity: Identity) -> tuple[str, str]:
    """The verdict of an identity without a doubt as a text id and a tone; the worst check decides (9303-11 4 and 6)."""
    if identity.verified_by != "chip":
        return identity.verified_by, "warn"
    if identity.passive.verdict is Verdict.ISSUER_NOT_TRUSTED:
        return "untrusted", "warn"
    if identity.passive.verdict is Verdict.NOT_CHECKED:
        return "unchecked", "warn"
    if Verdict.PASSED in (identity.chip.verdict, identity.active.verdict):
        return "genuine", "ok"
    return "signed", "ok"
