"""Whether the chip is the one that was issued: active and chip authentication, judged by what is signed (9303-11 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from drivers.card.emrtd import active_authentication, chip_authentication, tlv
from drivers.card.emrtd.access import OpenChip
from drivers.card.emrtd.authenticity import Passive, judge_file
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.chip_authentication import ChipRefusedError
from drivers.card.emrtd.public_keys import MALFORMED, UnsupportedError
from drivers.card.emrtd.secure_messaging import SessionLostError
from drivers.card.emrtd.security_infos import SecurityInfos, parse
from drivers.card.emrtd.sod import SodError, parse_card_security
from drivers.ports import Cause, Check, Verdict


@dataclass(frozen=True)
class Proven:
    """Both verdicts."""

    active: Check
    chip: Check


class Proofs:
    """Runs what the signed files announce. A copy of the files without the private keys fails here.

    A key counts only when it is signed: what an unsigned file announces is not checked, what a signed one announces and
    the chip does not run has failed.
    """

    def __init__(
        self,
        chip: OpenChip,
        files: Mapping[int, bytes],
        infos: SecurityInfos | None,
        judged: Passive,
        trust: TrustStore,
        issued: datetime | None,
    ) -> None:
        self._chip = chip
        self._files = files
        self._infos = infos
        self._judged = judged
        self._trust = trust
        self._issued = issued
        self._lost = False

    def run(self) -> Proven:
        """Active authentication first: chip authentication ends the session it starts from.

        Raises DeviceError when the card is taken away; everything else is a verdict.
        """
        active = self._warned(self._active())
        return Proven(active, self._warned(self._chip_verdict()))

    def _active(self) -> Check:
        missing = self._unusable(15)
        if missing is not None:
            return missing
        try:
            hash_name = self._infos.active_hash if self._infos is not None else None
            return active_authentication.run(self._chip.channel, self._files[15], hash_name)
        except SessionLostError as error:
            self._lost = True
            return Check(
                Verdict.FAILED, f"DG15 has a key, but the chip ended the session ({error.sw:04X})", Cause.NOT_ORIGINAL
            )

    def _chip_verdict(self) -> Check:
        if self._chip.mapped is not None:
            mapped = self._mapped()
            if mapped.verdict is not Verdict.NOT_CHECKED:
                return mapped
        missing = self._unusable(14)
        if missing is not None:
            return missing
        infos = self._infos or SecurityInfos()
        chosen = chip_authentication.choose(infos)
        if chosen is None:
            return Check(Verdict.NOT_CHECKED, "DG14 has no key for chip authentication", Cause.NO_KEY)
        if self._lost:
            return Check(Verdict.FAILED, "the chip had ended the session before", Cause.NOT_ORIGINAL)
        try:
            channel = chip_authentication.run(self._chip.channel, *chosen)
            try:
                chip_authentication.confirm(channel)
            finally:
                channel.close()
        except ChipRefusedError as error:
            return Check(
                Verdict.FAILED,
                f"DG14 has a key, but the chip does not hold its private half: {error}",
                Cause.NOT_ORIGINAL,
            )
        except SessionLostError as error:
            return Check(
                Verdict.FAILED, f"DG14 has a key, but the chip ended the session ({error.sw:04X})", Cause.NOT_ORIGINAL
            )
        except UnsupportedError as error:
            return Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED)
        except ValueError as error:
            return Check(Verdict.FAILED, f"chip authentication: {error}", Cause.NOT_ORIGINAL)
        label = chosen[0].cipher.label
        return Check(Verdict.PASSED, f"the chip holds the private key that DG14 belongs to ({label})")

    def _mapped(self) -> Check:
        """PACE's chip authentication mapping: the static key is in EF.CardSecurity, or else in DG14 (9303-11 9.2.11)."""
        mapped = self._chip.mapped
        assert mapped is not None
        try:
            if self._chip.card_security:
                signed = parse_card_security(self._chip.card_security)
                file = judge_file(signed, "EF.CardSecurity", self._trust, self._issued)
                if file.verdict is Verdict.FAILED:
                    return file
                if self._judged.check.verdict is Verdict.PASSED is not file.verdict:
                    return Check(
                        Verdict.NOT_CHECKED,
                        f"nothing vouches for EF.CardSecurity: {file.reason}",
                        Cause.KEY_NOT_VOUCHED,
                    )
                infos, where = parse(signed.content), "EF.CardSecurity"
            elif self._infos is not None and self._unusable(14) is None:
                infos, where = self._infos, "DG14"
            else:
                return Check(Verdict.NOT_CHECKED, "no signed file has the key of PACE's mapping", Cause.NO_KEY)
            proven = chip_authentication.mapping_proves(mapped, infos)
        except UnsupportedError as error:
            return Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED)
        except (SodError, tlv.TlvError) as error:
            return Check(Verdict.FAILED, f"EF.CardSecurity: {error}", Cause.NOT_AS_SIGNED)
        except MALFORMED as error:
            return Check(Verdict.FAILED, f"EF.CardSecurity is malformed ({type(error).__name__})", Cause.NOT_AS_SIGNED)
        if not proven:
            return Check(
                Verdict.FAILED, f"the chip does not hold the private key that {where} belongs to", Cause.NOT_ORIGINAL
            )
        return Check(Verdict.PASSED, f"the chip holds the private key that {where} belongs to (PACE mapping)")

    def _unusable(self, number: int) -> Check | None:
        """Why a data group with a key proves nothing, None when it does."""
        if number not in self._files:
            if number in self._judged.listed:
                return Check(Verdict.FAILED, f"DG{number} is signed, but the chip does not give it", Cause.WITHHELD)
            return Check(Verdict.NOT_CHECKED, f"the card has no DG{number}", Cause.NO_KEY)
        if number not in self._judged.as_signed:
            return Check(
                Verdict.NOT_CHECKED,
                f"nothing vouches for the key in DG{number}: {self._judged.check.reason}",
                Cause.KEY_NOT_VOUCHED,
            )
        return None

    def _warned(self, check: Check) -> Check:
        """A proof is worth no more than the signature on its key: the reason says so."""
        if check.verdict is not Verdict.PASSED or self._judged.check.verdict is Verdict.PASSED:
            return check
        reason = f"{check.reason}, but that key is not vouched for: {self._judged.check.reason}"
        return replace(check, reason=reason, cause=Cause.KEY_NOT_VOUCHED)
