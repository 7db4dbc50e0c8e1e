"""What screens and models make for a session is used again: nothing of it is kept for good by the binding to Qt."""

from __future__ import annotations

import gc
import sys
from zoneinfo import ZoneInfo

from kiosk_bench import KioskBench
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from ui.samples import sessions
from ui.translations import DEFAULT_ZONE, Texts
from ui.viewmodels.papers import PapersModel
from ui.viewmodels.review import ReviewModel

TIMES = 50
SLACK = 10


def _nones() -> int:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return sys.getrefcount(None)


def test_papers_that_come_and_go_keep_no_reference_to_none(bench: KioskBench) -> None:
    samples = sessions()
    home, full = samples["home"], samples["form"]
    texts = Texts(home.language, ZoneInfo(DEFAULT_ZONE))
    models = (PapersModel(texts, home), ReviewModel(texts, home))
    for model in models:
        model.update(full)
        model.update(home)
    before = _nones()
    for _ in range(TIMES):
        for model in models:
            model.update(full)
            model.update(home)
    assert abs(_nones() - before) < SLACK


def test_this_would_be_seen_of_objects_that_are_made_and_destroyed(bench: KioskBench) -> None:
    parent = QObject()
    before = _nones()
    for _ in range(TIMES):
        QObject(parent).deleteLater()
    assert _nones() - before > SLACK


def _painted() -> int:
    """How many pictures of the camera Python holds, of other windows of this process too."""
    gc.collect()
    return sum(type(item).__name__ == "CameraPicture" for item in gc.get_objects())


def test_there_is_one_picture_of_the_camera_however_many_screens_have_shown_it(bench: KioskBench) -> None:
    samples = sessions()
    held = []
    for _ in range(4):
        for name in ("identify_camera", "home", "scan_table", "home"):
            bench.show(samples[name])
        held.append(_painted())
    assert held[0] >= 1
    assert held == held[:1] * 4
