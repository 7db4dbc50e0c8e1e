"""The audit log: any byte that is changed, left out, moved, added or cut off is found, and a power cut is none of these."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.audit import ACTS, Actor, AuditFailed, Head, Trail, Verdict, public_key, verify
from kiosk_app.audit.entry import BROKEN, CHECKPOINT, MENDED, NOTHING, RETIRED, Entry, read_entry
from kiosk_app.passing import Instant

SEED = bytes(range(32))
KEY = public_key(SEED)
WHO = Actor("mau.officer", "officer")
DAY_S = 86_400.0


class Clock:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.kept = True

    def __call__(self) -> Instant:
        self.now += 1
        return Instant("0123456789abcdef", 100.0, self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def trail(folder: Path, clock: Clock, entries: int = 1000, days: int = 30) -> Trail:
    return Trail(folder, SEED, days, clock, lambda: clock.kept, entries)


def written(folder: Path, clock: Clock, acts: int, entries: int = 1000) -> Trail:
    made = trail(folder, clock, entries)
    for n in range(acts):
        made.write(WHO, "device.restarted", device=f"scanner{n}", session=n)
    return made


def lines(folder: Path) -> list[Entry]:
    files = sorted((folder / "audit").glob("*.jsonl"))
    return [read_entry(line) for file in files for line in file.read_bytes().splitlines(keepends=True)]


def words(verdict: Verdict) -> str:
    return " | ".join(fault.words for fault in verdict.faults)


def test_a_log_that_nobody_touched_is_whole_and_says_who_did_what_to_what(tmp_path: Path, clock: Clock) -> None:
    head = written(tmp_path, clock, 3).write(WHO, "staff.signed_out", idle=True)
    found = verify(tmp_path, KEY, [head])
    assert (found.whole, found.first, found.head) == (True, 1, head)
    last = json.loads((tmp_path / "audit" / "00000001.jsonl").read_text("ascii").splitlines()[-1])
    assert (last["who"], last["role"], last["what"], last["about"]) == (
        *("mau.officer", "officer", "staff.signed_out"),
        {"idle": True},
    )
    assert (last["clock"], last["n"], last["at"][:10]) == ("kept", 4, "2027-01-15")
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "audit").iterdir() if file.name != "lock"} == {0}


def test_every_change_of_one_byte_is_found(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 4, entries=3)
    chance = random.Random(8)
    for file in sorted((tmp_path / "audit").glob("*.json*")):
        whole = file.read_bytes()
        for at in range(len(whole)):
            changed = bytes([whole[at] ^ chance.randrange(1, 256)])
            file.write_bytes(whole[:at] + changed + whole[at + 1 :])
            assert not verify(tmp_path, KEY).whole, f"byte {at} of {file.name}"
        file.write_bytes(whole)
    assert verify(tmp_path, KEY).whole


def test_every_byte_left_out_or_added_is_found(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 3, entries=3)
    for file in sorted((tmp_path / "audit").glob("*.json*")):
        whole = file.read_bytes()
        for at in range(len(whole)):
            file.write_bytes(whole[:at] + whole[at + 1 :])
            assert not verify(tmp_path, KEY).whole, f"byte {at} of {file.name} left out"
            file.write_bytes(whole[:at] + b" " + whole[at:])
            assert not verify(tmp_path, KEY).whole, f"blank before byte {at} of {file.name}"
        file.write_bytes(whole + b"\n")
        assert not verify(tmp_path, KEY).whole, f"a line at the end of {file.name}"
        file.write_bytes(whole)


def test_every_end_that_is_cut_off_is_found_at_every_byte(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 5)
    file = tmp_path / "audit" / "00000001.jsonl"
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert not verify(tmp_path, KEY).whole, f"cut to {length} bytes"


def test_lines_left_out_moved_or_doubled_are_found(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 6)
    file = tmp_path / "audit" / "00000001.jsonl"
    whole = file.read_bytes().splitlines(keepends=True)

    def found(changed: list[bytes]) -> bool:
        file.write_bytes(b"".join(changed))
        return not verify(tmp_path, KEY).whole

    for at in range(len(whole)):
        assert found(whole[:at] + whole[at + 1 :])
        assert found([*whole[: at + 1], *whole[at:]])
        for to in range(at + 1, len(whole)):
            moved = list(whole)
            moved[at], moved[to] = moved[to], moved[at]
            assert found(moved)
    assert not found(whole)


def test_a_segment_or_the_head_that_is_gone_is_found(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 20, entries=5)
    files = sorted((tmp_path / "audit").glob("*.json*"))
    assert len(files) >= 5
    for file in files:
        whole = file.read_bytes()
        file.unlink()
        assert not verify(tmp_path, KEY).whole, file.name
        file.write_bytes(whole)
    assert verify(tmp_path, KEY).whole


def test_a_chain_written_anew_without_the_machines_key_is_found(tmp_path: Path, clock: Clock) -> None:
    real = written(tmp_path / "real", clock, 4)
    other = Trail(tmp_path / "forged", bytes(32), now=clock)
    for n in range(4):
        other.write(WHO, "device.restarted", device=f"scanner{n}")
    assert not verify(tmp_path / "forged", KEY).whole
    # The same with the real head in its place, and one line added that nobody signed.
    shutil.copy(real.folder / "head.json", tmp_path / "forged" / "audit" / "head.json")
    assert not verify(tmp_path / "forged", KEY).whole
    last = lines(tmp_path / "real")[-1]
    added = Entry(last.n + 1, last.at, "kept", "", 0.0, "x", "officer", "staff.signed_in", {}, last.hash)
    with (real.folder / "00000001.jsonl").open("ab") as log:
        log.write(added.line())
    assert "not signed" in words(verify(tmp_path / "real", KEY))


def test_a_log_put_back_whole_to_an_earlier_day_shows_by_what_others_remember(tmp_path: Path, clock: Clock) -> None:
    log = written(tmp_path, clock, 5)
    shutil.copytree(tmp_path / "audit", tmp_path / "copy")
    later = log.write(WHO, "staff.signed_in")
    shutil.rmtree(tmp_path / "audit")
    assert "remembered elsewhere" in words(verify(tmp_path, KEY, [later]))
    shutil.copytree(tmp_path / "copy", tmp_path / "audit")
    assert verify(tmp_path, KEY).whole
    assert not verify(tmp_path, KEY, [later]).whole
    other = log.write(WHO, "staff.signed_out")
    assert other.n == later.n
    assert not verify(tmp_path, KEY, [later]).whole, "written anew with as many entries"


# --- power that fails ----------------------------------------------------------------------------------------------


def _line_without_head(folder: Path, log: Trail) -> None:
    head = (folder / "audit" / "head.json").read_bytes()
    log.write(WHO, "device.put_back", device="scanner0")
    (folder / "audit" / "head.json").write_bytes(head)


def _piece_of_a_line(folder: Path, log: Trail) -> None:
    with sorted((folder / "audit").glob("*.jsonl"))[-1].open("ab") as file:
        file.write(b'{"n":9,"at":"20')


@pytest.mark.parametrize("failing", [_line_without_head, _piece_of_a_line])
@pytest.mark.parametrize("entries", [1000, 4])
def test_after_a_power_cut_the_log_goes_on_and_says_so(
    tmp_path: Path, clock: Clock, failing: Callable[[Path, Trail], None], entries: int
) -> None:
    log = written(tmp_path, clock, 4, entries)
    failing(tmp_path, log)
    head = trail(tmp_path, clock, entries).write(WHO, "staff.signed_in")
    found = verify(tmp_path, KEY, [head])
    assert found.whole, words(found)
    assert MENDED in [entry.what for entry in lines(tmp_path)]


def test_a_cut_end_is_found_by_the_kiosk_itself_and_stays_in_the_log(tmp_path: Path, clock: Clock) -> None:
    log = written(tmp_path, clock, 6)
    file = log.folder / "00000001.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:3]))
    head = log.write(WHO, "staff.signed_in")
    assert head.n == 8, "the numbers go on behind what is missing"
    assert BROKEN in [entry.what for entry in lines(tmp_path)]
    assert "found the log broken" in words(verify(tmp_path, KEY))


def test_an_act_that_cannot_be_written_is_an_error_and_not_a_gap(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = written(tmp_path, clock, 2)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(AuditFailed):
            log.write(WHO, "staff.signed_in")
    log.write(WHO, "staff.signed_out")
    found = verify(tmp_path, KEY)
    assert found.whole, words(found)


# --- how long it stays ---------------------------------------------------------------------------------------------


def test_segments_whose_time_is_over_go_and_what_is_left_still_proves_itself(tmp_path: Path, clock: Clock) -> None:
    log = written(tmp_path, clock, 9, entries=5)
    clock.now += 31 * DAY_S
    for _ in range(12):
        head = log.write(WHO, "staff.signed_in")
    found = verify(tmp_path, KEY, [head, Head(2, "0" * 64)])
    assert found.whole, words(found)
    assert found.first > 1
    assert RETIRED in [entry.what for entry in lines(tmp_path)]
    (tmp_path / "audit" / sorted(file.name for file in (tmp_path / "audit").glob("*.jsonl"))[0]).unlink()
    assert not verify(tmp_path, KEY).whole, "one more that was not retired"


def test_nothing_goes_while_nobody_keeps_the_clock_right(tmp_path: Path, clock: Clock) -> None:
    clock.kept = False
    log = written(tmp_path, clock, 9, entries=5)
    clock.now += 1000 * DAY_S
    for _ in range(12):
        log.write(WHO, "staff.signed_in")
    assert verify(tmp_path, KEY).first == 1
    assert {entry.clock for entry in lines(tmp_path)} == {"free"}


def test_checkpoints_sign_what_is_before_them(tmp_path: Path, clock: Clock) -> None:
    written(tmp_path, clock, 120)
    found = verify(tmp_path, KEY)
    assert (found.whole, found.checkpoints) == (True, 2)
    assert not verify(tmp_path, public_key(bytes(32))).whole
    assert lines(tmp_path)[50].what == CHECKPOINT


# --- what may be in it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "about",
    [
        {"name": "Nguyen"},
        {"device": "Nguyễn Thị Mẫu"},
        {"code": "two words"},
        {"dossier": "x" * 161},
        {"outcome": 'quote"'},
    ],
)
def test_there_is_no_place_for_names_or_free_words(tmp_path: Path, clock: Clock, about: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"expected|unknown"):
        trail(tmp_path, clock).write(WHO, "device.tested", **about)
    with pytest.raises(ValueError, match="unknown"):
        trail(tmp_path, clock).write(WHO, "device.admired")
    assert not (tmp_path / "audit").exists()


def test_the_list_of_acts_is_what_the_code_writes() -> None:
    root = Path(__file__).parents[3]
    found: set[str] = set()
    for folder in ("runtime", "cli", "audit"):
        for file in (root / "kiosk_app" / folder).rglob("*.py"):
            text = file.read_text("utf-8")
            if file.name != "entry.py":
                found |= {act for act in re.findall(r'"([a-z]+\.[a-z_]+)"', text) if act in ACTS}
    assert found | {CHECKPOINT, RETIRED, BROKEN, MENDED} == ACTS
    assert NOTHING == "0" * 64
