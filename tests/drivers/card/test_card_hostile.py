"""Hostile chips: whatever bytes come, only typed errors come out, quickly and within the size caps."""

from __future__ import annotations

import pytest
from card_bench import ISSUER, ChipTransport, ScriptedTransport, chip, read, unhex
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card.emrtd import data_groups, face, tlv
from drivers.card.emrtd.authenticity import passive
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.lds import COM, DATA_GROUPS, SOD
from drivers.card.emrtd.security_infos import pace_infos
from drivers.errors import DeviceError
from drivers.ports import CardAccess, Verdict
from drivers.simulators.chip.applet import Defects
from drivers.simulators.chip.people import PEOPLE

FILES = ISSUER.card(PEOPLE["adult"]).files
SHORT = settings(max_examples=150, deadline=2000)


@SHORT
@given(st.binary(max_size=300))
def test_any_bytes_are_tlv_or_a_tlv_error(data: bytes) -> None:
    try:
        elements = list(tlv.children(data))
    except tlv.TlvError:
        return
    assert sum(len(element.value) for element in elements) <= len(data)


@SHORT
@given(st.integers(0x01, 0x1E), st.binary(max_size=400))
def test_what_is_encoded_is_read_back(tag: int, value: bytes) -> None:
    element, end = tlv.read_tlv(tlv.encode(tag, value) + b"rest")
    assert (element.tag, element.value, end) == (tag, value, len(tlv.encode(tag, value)))


@pytest.mark.parametrize("data", ["", "1F", "1F818182", "3080", "3085 0100000000", "308400000010", "3003 0102"])
def test_short_long_and_indefinite_forms_are_refused(data: str) -> None:
    with pytest.raises(tlv.TlvError):
        tlv.read_tlv(unhex(data))


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The file with some bytes changed, and perhaps its end cut off."""
    changes = st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)

    def apply(drawn: tuple[list[tuple[int, int]], int]) -> bytes:
        data = bytearray(content)
        for place, value in drawn[0]:
            data[place] = value
        return bytes(data[: drawn[1]])

    return st.tuples(changes, st.integers(1, len(content))).map(apply)


@SHORT
@given(damaged(FILES[DATA_GROUPS[1].fid]))
def test_a_damaged_dg1_is_read_or_garbled(data: bytes) -> None:
    only_garbled(data_groups.parse_dg1, data)


@SHORT
@given(damaged(FILES[DATA_GROUPS[13].fid]))
def test_a_damaged_dg13_is_read_or_garbled(data: bytes) -> None:
    only_garbled(data_groups.parse_dg13, data)


@SHORT
@given(damaged(FILES[DATA_GROUPS[2].fid][:600]))
def test_a_damaged_dg2_is_read_or_garbled(data: bytes) -> None:
    only_garbled(face.parse_dg2, data)


@SHORT
@given(damaged(FILES[COM.fid]))
def test_a_damaged_com_is_read_or_garbled(data: bytes) -> None:
    only_garbled(data_groups.parse_com, data)


@SHORT
@given(damaged(FILES[DATA_GROUPS[14].fid]))
def test_damaged_security_infos_are_read_or_no_tlv(data: bytes) -> None:
    try:
        pace_infos(data)
    except tlv.TlvError:
        return


@settings(max_examples=300, deadline=2000)
@given(damaged(FILES[SOD.fid]))
def test_a_damaged_sod_never_passes_unless_what_it_signs_is_whole(data: bytes) -> None:
    if data == FILES[SOD.fid]:
        return
    files = {1: FILES[DATA_GROUPS[1].fid]}
    check = passive(data, files, TRUST).check
    # A byte that no signature covers (an unused version, a name twice told) may change and the rest still hold.
    assert check.verdict in set(Verdict)
    if check.verdict is Verdict.PASSED:
        assert data[-72:] == FILES[SOD.fid][-72:]


TRUST = TrustStore()


def only_garbled(parse, data: bytes) -> None:
    code = "CRD-GARBLED"
    try:
        parse(data)
    except DeviceError as error:
        code = error.code
    assert code == "CRD-GARBLED"


def test_a_chip_that_drips_single_bytes_is_given_up() -> None:
    transport = ChipTransport(chip(defects=Defects(drip=True, short_only=True)))
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        read(transport, CardAccess(can="123456"))
    assert len(transport.sent) <= 2000


def test_deeply_nested_dg13_does_not_exhaust_the_stack() -> None:
    content = b""
    for _ in range(3000):
        content = tlv.encode(0x30, content)
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        data_groups.parse_dg13(tlv.encode(0x6D, content))


def test_lines_of_dg13_carry_no_control_characters_and_end_somewhere() -> None:
    line = tlv.encode(0x30, b"\x02\x01\x02" + tlv.encode(0x0C, ("A\x1b[31m\n\u202eB" + "C" * 5000).encode()))
    name = data_groups.parse_dg13(tlv.encode(0x6D, line)).line(data_groups.NAME)
    assert name.startswith("A[31mBC")
    assert len(name) <= 512


@settings(max_examples=60, deadline=5000)
@given(st.lists(st.binary(min_size=2, max_size=40), min_size=1, max_size=30))
def test_a_chip_of_random_answers_ends_in_a_typed_error(answers: list[bytes]) -> None:
    def endless():
        yield from answers
        while True:
            yield b"\x6f\x00"

    with pytest.raises(DeviceError):
        read(ScriptedTransport(endless()), CardAccess(can="123456"))


@settings(max_examples=40, deadline=5000)
@given(st.integers(1, 28), st.integers(0, 400), st.integers(1, 255))
def test_one_flipped_byte_on_the_wire_never_gives_a_wrong_reading(at: int, place: int, flip: int) -> None:
    class Flipping(ChipTransport):
        def transmit(self, apdu: bytes) -> bytes:
            answer = bytearray(super().transmit(apdu))
            if len(self.sent) == at and answer:
                answer[place % len(answer)] ^= flip
            return bytes(answer)

    try:
        reading = read(Flipping(chip()), CardAccess(can="123456"))
    except DeviceError:
        return
    # A status that is not protected, or a byte of EF.CardAccess that nothing hangs on, may change without harm.
    assert reading.holder.number == PEOPLE["adult"].number
    assert reading.passive.verdict is not Verdict.FAILED


@pytest.mark.parametrize(("number", "size"), [(2, 201 * 1024), (13, 65 * 1024)])
def test_a_file_that_claims_too_much_is_refused_before_it_is_read(number: int, size: int) -> None:
    target = chip()
    spec = DATA_GROUPS[number]
    files = dict(target.card.files)
    files[spec.fid] = tlv.encode(spec.tag, bytes(size))
    object.__setattr__(target.card, "files", files)
    transport = ChipTransport(target)
    with pytest.raises(DeviceError, match="claims"):
        read(transport, CardAccess(can="123456"))
    assert len(transport.sent) < 40


def test_a_portrait_of_100_kb_comes_whole_past_the_32_kb_line() -> None:
    target = chip()
    spec = DATA_GROUPS[2]
    picture = b"\xff\xd8\xff" + bytes(i * 7 % 251 for i in range(100_000))
    template = tlv.encode(0x7F60, tlv.encode(0x5F2E, picture))
    files = dict(target.card.files)
    files[spec.fid] = tlv.encode(0x75, tlv.encode(0x7F61, template))
    object.__setattr__(target.card, "files", files)
    for defects in (Defects(), Defects(short_only=True)):
        target.defects = defects
        reading = read(ChipTransport(target), CardAccess(can="123456"))
        assert len(reading.photo_b64) == (len(picture) + 2) // 3 * 4
        target.reset()
