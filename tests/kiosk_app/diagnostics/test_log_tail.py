"""The log on the technician's screen: newest first, by kind, searched by what is shown and by nothing that is masked."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk_app.diagnostics import logtail
from kiosk_app.diagnostics.logtail import LogReader, Overtaken
from kiosk_app.model.servicing import LogFilter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def lines(file: Path) -> Path:
    entries: list[dict[str, object]] = [
        {"event": "device.state", "device": "printer0", "state": "ready", "code": None, "timestamp": "t1"},
        {"event": "dossier.sealed", "dossier": "d", "files": 2, "level": "info", "timestamp": "t2"},
        {
            "event": "device.state",
            "device": "printer0",
            "state": "attention",
            "code": "PRN-PAPER-OUT",
            "timestamp": "t3",
        },
        {"event": "device.host_died", "device": "card0", "exit": -9, "timestamp": "t4"},
    ]
    text = "\n".join(json.dumps(entry) for entry in entries)
    file.write_text(f"half a line\n{text}\n[1]\n", "utf-8")
    return file


def test_the_log_is_read_newest_first_and_half_lines_are_left_out(tmp_path: Path) -> None:
    found = logtail.tail(lines(tmp_path / "kiosk.log"))
    assert [(line.at, line.event, line.bad) for line in found] == [
        ("t4", "device.host_died", True),
        ("t3", "device.state", True),
        ("t2", "dossier.sealed", False),
        ("t1", "device.state", False),
    ]
    assert found[0].words == "device card0, exit -9"
    assert logtail.tail(tmp_path / "none.log") == ()


@pytest.mark.parametrize(
    ("only", "times"),
    [(LogFilter.PROBLEMS, ["t4", "t3"]), (LogFilter.DEVICES, ["t4", "t3", "t1"]), (LogFilter.DOSSIERS, ["t2"])],
)
def test_the_log_is_filtered(tmp_path: Path, only: LogFilter, times: list[str]) -> None:
    assert [line.at for line in logtail.tail(lines(tmp_path / "kiosk.log"), only)] == times
    assert len(logtail.tail(tmp_path / "kiosk.log", only, limit=1)) == 1


def written(file: Path, *entries: dict[str, object]) -> Path:
    file.write_text("".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries), "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("prn-paper", ["t3"]),
        ("PRINTER0 state", ["t3", "t1"]),
        ("state ready", ["t1"]),
        ("host_died", ["t4"]),
        ("t4", ["t4"]),
        ("  ", ["t4", "t3", "t2", "t1"]),
        ("nowhere", []),
    ],
)
def test_a_search_finds_lines_with_all_of_its_words(tmp_path: Path, text: str, times: list[str]) -> None:
    assert [line.at for line in logtail.tail(lines(tmp_path / "kiosk.log"), text=text)] == times


def test_a_search_keeps_to_the_filter(tmp_path: Path) -> None:
    file = lines(tmp_path / "kiosk.log")
    assert [line.at for line in logtail.tail(file, LogFilter.PROBLEMS, "printer0")] == ["t3"]
    assert logtail.tail(file, LogFilter.DOSSIERS, "printer0") == ()


def test_a_search_asks_for_no_diacritics_and_knows_the_time_as_it_is_shown(tmp_path: Path) -> None:
    file = written(
        tmp_path / "kiosk.log",
        {"event": "qt.message", "text": "Không mở được cổng Đọc", "timestamp": "2026-11-21T23:42:07Z"},
    )
    for text in ("khong mo duoc", "doc", "ĐỌC", "06:42", "22/11/2026"):
        assert len(logtail.tail(file, text=text, zone=HANOI)) == 1
    assert logtail.tail(file, text="23:42", zone=HANOI) == ()


SECRETS = ("001099000042", "0901 234 567", "nobody@example.vn")


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_masked_is_neither_shown_nor_found(tmp_path: Path, secret: str) -> None:
    file = written(
        tmp_path / "kiosk.log",
        {"event": "qt.message", "text": f"left over: {secret}", "timestamp": "t1"},
        {"event": "qt.message", "text": f"{'x' * 275} {secret}", "timestamp": "t0"},
    )
    for line in logtail.tail(file):
        assert secret[:4] not in line.words
        assert logtail.MASK in line.words
    for text in {secret[:end].strip() for end in range(3, len(secret) + 1)}:
        assert logtail.tail(file, text=text) == ()


def test_ids_counts_and_times_are_no_secrets(tmp_path: Path) -> None:
    said = {"dossier": "4e0c6a52-0000-4000-8000-000000000042", "bytes": 74000000, "lived_s": 4021.731}
    (line,) = logtail.tail(written(tmp_path / "kiosk.log", {"event": "dossier.sealed", **said}))
    assert logtail.MASK not in line.words


def test_what_is_cut_off_is_not_found(tmp_path: Path) -> None:
    file = written(tmp_path / "kiosk.log", {"event": "qt.message", "text": f"{'x' * 400} end"})
    assert logtail.tail(file, text="end") == ()


def test_a_search_looks_further_back_than_the_tail(tmp_path: Path) -> None:
    noise = [{"event": "service.online", "text": "x" * 200} for _ in range(2000)]
    file = written(tmp_path / "kiosk.log", {"event": "device.host_died", "device": "card0"}, *noise)
    assert file.stat().st_size > logtail.TAIL_BYTES
    assert [line.event for line in logtail.tail(file, text="card0")] == ["device.host_died"]


def test_the_log_is_read_again_only_when_it_has_grown(tmp_path: Path) -> None:
    file = lines(tmp_path / "kiosk.log")
    reader = LogReader(file)
    first = reader.lines(LogFilter.ALL, "printer0")
    assert reader.lines(LogFilter.ALL, "printer0") is first
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "device.tested", "device": "printer0", "timestamp": "t5"}\n')
    assert [line.at for line in reader.lines(LogFilter.ALL, "printer0")] == ["t5", "t3", "t1"]


def test_a_search_that_another_one_overtakes_gives_up(tmp_path: Path) -> None:
    file = written(tmp_path / "kiosk.log", *({"event": "slip.printed", "at": number} for number in range(5000)))
    reader = LogReader(file)
    begun, ends, came = threading.Event(), threading.Event(), []

    class Slow(str):
        """What is searched for, waiting at its first look until the other search has come."""

        __slots__ = ()

        def isascii(self) -> bool:
            begun.set()
            ends.wait(60)
            return True

    def overtaken() -> None:
        try:
            reader.lines(LogFilter.ALL, Slow("nowhere"))
        except Overtaken:
            came.append("overtaken")

    def overtakes() -> None:
        came.append(len(reader.lines(LogFilter.ALL, "4999")))

    threads = [threading.Thread(target=overtaken), threading.Thread(target=overtakes)]
    threads[0].start()
    assert begun.wait(60)
    threads[1].start()
    while reader._asked != (LogFilter.ALL, "4999"):
        pass
    ends.set()
    for thread in threads:
        thread.join(60)
    assert came == ["overtaken", 1]
