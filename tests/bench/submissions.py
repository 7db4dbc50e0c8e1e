"""`make soak-submit`: thousands of dossiers over a line that is never well, and everything killed now and then.

Two kiosks seal small dossiers into their stores; their agents, processes of their own, bring them to the reference service
over TLS 1.3 through a proxy each that cuts at a random byte in either direction, stalls, throttles, and says requests twice,
one after the other or both at once. Service and agents are killed with SIGKILL at random moments and started again. In the
end the ministry's own rows are held against what the citizens took home: nothing lost, nothing twice, and every slip's
reference leads to the codes that the kiosk was told.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "kiosk_app" / "submission"))

from submission_bench import Ministry, make_draft, make_settings, pdf

from backend.tls import Pki
from kiosk_app.submission import (
    Acknowledgement,
    ServiceRefusal,
    SubmissionService,
    SubmissionSettings,
    settings_to_json,
)
from kiosk_app.submission.service import MinistryService
from kiosk_app.submission.transport import Transport
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.rough_line import Fate, RoughLine, Weather
from tests.bench.submissions_judge import Received, Slip, Verdict, judge
from tests.bench.surroundings import ROOT, computer, course

KIOSKS: Final = 2
KILLS: Final = 20
WAITING: Final = 100
"""So many unsent dossiers a kiosk keeps at most while it seals more, half of what it may."""
QUIET_S: Final = 180.0
"""With no dossier answered for so long the soak gives up: something does not go on by itself."""
_LOOK_S: Final = 0.05


def usual(dice: random.Random) -> Fate:
    """A cut every few dossiers, most of them in the middle of something."""
    kind = dice.choices(("cut", "stall", "throttle", "duplicate"), (62, 2, 12, 24))[0]
    if kind == "duplicate":
        return Fate("duplicate", dice.randint(1, 25))
    down = dice.random() < 0.4
    after = dice.randrange(1, 15_000 if down else 60_000)
    return Fate("cut" if kind == "cut" else "stall" if kind == "stall" else "throttle", after, down)


class Kiosk:
    """A kiosk of the soak: its store in this process, its agent in another, its rough line between them and the service."""

    def __init__(self, folder: Path, ministry: Ministry, number: int, weather: Weather, seed: str) -> None:
        name = f"soak-{number}"
        certificate, key = Pki(ministry.pki).issue(name, 30)
        self.line = RoughLine(ministry.address, ministry.pki, certificate, weather, seed)
        self.settings: SubmissionSettings = dataclasses.replace(
            make_settings(folder / name, self.line.url, ministry.pki),
            certificate=certificate,
            private_key=key,
            kiosk_id=name,
            kiosk_short=f"K{number:02}",
            read_timeout_s=2.0,
            request_limit_s=5.0,
            backoff_base_s=0.02,
            backoff_ceiling_s=1.0,
            busy_timeout_s=20.0,
        )
        self.service = SubmissionService(self.settings)
        self.slips: list[Slip] = []
        self.contents: dict[str, int] = {}
        self._log = (folder / f"{name}.log").open("wb")
        self._agent: subprocess.Popen[bytes] | None = None

    def start_agent(self) -> None:
        """The agent as the kiosk starts it."""
        command = [sys.executable, "-m", "kiosk_app.submission.agent", "-"]
        self._agent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, cwd=ROOT)
        assert self._agent.stdin is not None
        with self._agent.stdin as told:
            told.write(settings_to_json(self.settings).encode() + b"\n")

    def kill_agent(self) -> None:
        """SIGKILL."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()
            self._agent = None

    def hand_in(self, content: int, *, told: bool = True) -> None:
        """A citizen's dossier with a file like no other; its slip is kept when the citizen is `told`."""
        session = self.service.begin_session()
        file = pdf(500 + content % 4000, content)
        sealed = self.service.add_component_pdf(session, "c0", "Giấy tờ", "giay-to.pdf", 1, file)
        draft = make_draft(self.service, session, (), files=(sealed,))
        self.service.seal_and_queue(session, draft)
        self.service.end_session(session)
        self.contents[draft.uuid] = content
        if told:
            self.slips.append(Slip(draft.uuid, draft.kiosk_reference, hashlib.sha256(file).hexdigest()))

    def waiting(self) -> list[str]:
        """The dossiers without an answer."""
        return [row.id for row in self.service.outbox_report() if row.refusal is None]

    def close(self) -> None:
        """Ends agent, store and line."""
        self.kill_agent()
        self.service.close()
        self.line.close()
        self._log.close()


@dataclass
class Tally:
    """What was handed in, what happened, and the verdict."""

    handed_in: int = 0
    resolved: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)


class Soak:
    """Plays it. `forgetful` is the control that must fail: kiosks that hand in again, under a new name, what was on its way
    when the agent was killed, as a program does that does not know whether its dossier has arrived."""

    def __init__(
        self,
        folder: Path,
        ministry: Ministry,
        seed: str,
        *,
        kills: int = KILLS,
        weather: Weather = usual,
        forgetful: bool = False,
    ) -> None:
        self._ministry = ministry
        self._dice = random.Random(seed)
        self._kills = kills
        self._forgetful = forgetful
        self.kiosks = [Kiosk(folder, ministry, number, weather, f"{seed}/{number}") for number in range(KIOSKS)]
        self.tally = Tally()

    def close(self) -> None:
        """Ends everything."""
        for kiosk in self.kiosks:
            kiosk.close()

    def play(self, jobs: int) -> Tally:
        """Hands in `jobs` dossiers, kills, waits for every answer, judges. Raises TimeoutError when nothing goes on."""
        victims = ("service", "agent") * self._kills
        plan = sorted((self._dice.randrange(jobs), victim) for victim in victims)
        for kiosk in self.kiosks:
            kiosk.start_agent()
        begun, answered, since = 0, -1, time.monotonic()
        while True:
            waiting = [len(kiosk.waiting()) for kiosk in self.kiosks]
            now = sum(len(kiosk.contents) for kiosk in self.kiosks) - sum(waiting)
            if now != answered:
                answered, since = now, time.monotonic()
                sys.stderr.write(f"\r{answered} of {jobs} answered, {len(plan)} kills to come ")
            elif time.monotonic() - since > QUIET_S:
                raise TimeoutError(f"nothing was answered for {QUIET_S:g} s after {answered} of {jobs}")
            while plan and plan[0][0] <= answered:
                self._kill(plan.pop(0)[1])
            if begun == jobs and not any(waiting) and not plan:
                break
            for kiosk, unsent in zip(self.kiosks, waiting, strict=True):
                for _ in range(min(10, WAITING - unsent, jobs - begun)):
                    kiosk.hand_in(begun)
                    begun += 1
            time.sleep(_LOOK_S)
        self.tally.handed_in = jobs
        self._judge()
        return self.tally

    def _kill(self, whom: str) -> None:
        time.sleep(self._dice.uniform(0, 0.1))  # not always just after an answer
        self.tally.happened[f"kill -9: {whom}"] += 1
        if whom == "service":
            self._ministry.kill()
            self._ministry.start()
            for kiosk in self.kiosks:
                kiosk.line.target = self._ministry.address
            return
        kiosk = self._dice.choice(self.kiosks)
        kiosk.kill_agent()
        if self._forgetful:
            self._again(kiosk)
        kiosk.start_agent()

    def _again(self, kiosk: Kiosk) -> None:
        # Whether the last one has arrived such a kiosk cannot know either.
        for uuid in kiosk.waiting() or [slip.uuid for slip in kiosk.slips[-1:]]:
            kiosk.hand_in(kiosk.contents[uuid], told=False)

    # --- the verdict -----------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        answered: dict[str, tuple[str, str]] = {}
        tracked: dict[str, tuple[str, str]] = {}
        for kiosk in self.kiosks:
            straight = dataclasses.replace(kiosk.settings, service_url=self._ministry.url, read_timeout_s=30.0)
            for slip in kiosk.slips:
                answer = kiosk.service.wait_ack(slip.uuid, 0)
                if isinstance(answer, Acknowledgement):
                    answered[slip.uuid] = (answer.dossier_code, answer.lookup_code)
            tracked |= _tracked(straight, [slip.reference for slip in kiosk.slips])
            self.tally.happened += kiosk.line.happened
        slips = [slip for kiosk in self.kiosks for slip in kiosk.slips]
        self.tally.verdict = judge(slips, received(self._ministry.data), answered, tracked)
        self.tally.resolved = len(tracked)


def _tracked(settings: SubmissionSettings, references: list[str]) -> dict[str, tuple[str, str]]:
    """The codes to which each reference leads, asked as another kiosk's screen would ask."""
    found: dict[str, tuple[str, str]] = {}
    with contextlib.closing(Transport(settings)) as transport:
        service = MinistryService(transport)
        for reference in references:
            with contextlib.suppress(ServiceRefusal):  # an unknown reference is missed by the judge
                where = service.track_reference(reference)
                found[reference] = (where.dossier_code, where.lookup_code)
    return found


def received(data: Path) -> Iterator[Received]:
    """The ministry's rows, read past the service."""
    with contextlib.closing(sqlite3.connect(f"file:{data}/ministry.sqlite?mode=ro", uri=True)) as connection:
        files: dict[str, list[str]] = {}
        for dossier, digest in connection.execute("SELECT dossier_id, sha256 FROM dossier_files ORDER BY position"):
            files.setdefault(dossier, []).append(digest)
        for row in connection.execute("SELECT id, kiosk_reference, dossier_code, lookup_code FROM dossiers"):
            yield Received(*row, sha256=tuple(files.get(row[0], ())))


def rows(tally: Tally) -> list[Row]:
    """The promises and what they were tried with."""
    verdict, kinds, many = tally.verdict, tally.happened, tally.handed_in
    return [
        Row("dossiers lost", len(verdict.lost), "", 0, many, "slips without a row at the ministry"),
        Row(
            "dossiers twice", len(verdict.twice), "", 0, many, "contents, codes and identifiers of the ministry's rows"
        ),
        Row("dossiers nobody handed in", len(verdict.unknown), "", 0, many, "rows without a slip"),
        Row(
            "dossiers with another content",
            len(verdict.differing),
            "",
            0,
            many,
            "SHA-256 and reference, row against slip",
        ),
        Row(
            "references that do not resolve",
            len(verdict.unresolved),
            "",
            0,
            many,
            "tracked codes, kiosk's answer and row",
        ),
        Row("cuts", kinds["cuts"], "", None, many, "at a random byte, both directions, throttled or not"),
        Row("stalls", kinds["stalls"], "", None, many, "silence without an end"),
        Row("requests said twice", kinds["requests said twice"], "", None, many, "half of them at once"),
        Row("kills of the service", kinds["kill -9: service"], "", None, many, "SIGKILL at a random moment"),
        Row("kills of an agent", kinds["kill -9: agent"], "", None, many, "SIGKILL at a random moment"),
    ]


def main() -> int:
    """Runs it, prints the tally, and puts the figures into the page. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000, help="dossiers")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--forgetful", action="store_true", help="the control that must fail")
    parser.add_argument("--out", type=Path, help="the page that gets the figures")
    options = parser.parse_args()
    began, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="kiosk-submissions-") as scratch:
        ministry = Ministry(Path(scratch) / "ministry")
        try:
            soak = Soak(Path(scratch), ministry, options.seed, forgetful=options.forgetful)
            with contextlib.closing(soak):
                tally = soak.play(options.jobs)
        finally:
            ministry.kill()
    found = rows(tally)
    sys.stdout.write(report.table(found) + "\n")
    for name, broken in vars(tally.verdict).items():
        sys.stdout.write("".join(f"{name}: {line}\n" for line in broken[:20]))
    if options.out:
        facts = {**computer(), **course(load, began), "seed": options.seed}
        report.put_measured(options.out, "submitting", "Submitting", "make soak-submit", __doc__, found, facts)
    return 1 if any(row.verdict == "over" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
