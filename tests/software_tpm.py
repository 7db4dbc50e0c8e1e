"""A TPM 2.0 of software (swtpm) in a process of its own, and a line to it on which every byte is written down."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from kiosk_app.submission.settings import TpmSettings

PATIENCE_S: Final = 30.0
INSTALLED: Final = shutil.which("swtpm") is not None


class SoftwareTpm:
    """`start` and `stop` are the machine's power; what the chip remembers lies in its folder until `close`."""

    def __init__(self) -> None:
        # A socket's path has room for a hundred letters, fewer than a test's own folder has.
        self._folder = Path(tempfile.mkdtemp(prefix="tpm"))
        self._process: subprocess.Popen[bytes] | None = None
        self.heard = bytearray()
        self._writing = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._ports = _two_ports()
        for port, name in zip(self._ports, ("data", "control"), strict=True):
            port.settimeout(0.1)
            self._spawn(self._serve, port, self._folder / name)
        self.start()

    def settings(self, *registers: int) -> TpmSettings:
        """How the library finds this chip."""
        return TpmSettings(f"swtpm:host=127.0.0.1,port={self._ports[0].getsockname()[1]}", registers)

    def start(self) -> None:
        """Power on: registers are zero again, the seeds are as before."""
        data, control = self._folder / "data", self._folder / "control"
        words = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self._folder}"]
        words += ["--server", f"type=unixio,path={data}", "--ctrl", f"type=unixio,path={control}"]
        words += ["--flags", "not-need-init,startup-clear"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while not (data.exists() and control.exists()):
            assert self._process.poll() is None, "swtpm has ended"
            assert time.monotonic() < end, "swtpm does not listen"
            time.sleep(0.01)

    def stop(self) -> None:
        """Power off."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None
        for name in ("data", "control"):
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """The chip is no more."""
        self.stop()
        self._closing.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for port in self._ports:
            port.close()
        shutil.rmtree(self._folder)

    def _spawn(self, what: object, *arguments: object) -> None:
        thread = threading.Thread(target=what, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve(self, port: socket.socket, to: Path) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                near, _ = port.accept()
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(str(to))
                except OSError:
                    near.close()
                    far.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    one.settimeout(0.1)
                    self._spawn(self._carry, one, other)

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                try:
                    data = one.recv(65536)
                except TimeoutError:
                    continue
                if not data:
                    break
                with self._writing:
                    self.heard += data
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()


def _two_ports() -> tuple[socket.socket, socket.socket]:
    """Two listening ports in a row on loopback, as the library wants them: commands, and control behind it."""
    while True:
        first, second = socket.socket(), socket.socket()
        try:
            first.bind(("127.0.0.1", 0))
            second.bind(("127.0.0.1", first.getsockname()[1] + 1))
        except OSError:
            first.close()
            second.close()
            continue
        first.listen()
        second.listen()
        return first, second


def extend(settings: TpmSettings, register: int) -> None:
    """Something else was started: the register takes one more measurement."""
    os.environ.setdefault("TSS2_LOG", "all+NONE")
    from tpm2_pytss import ESAPI, ESYS_TR, TPM2_ALG, TPML_DIGEST_VALUES, TPMT_HA, TPMU_HA

    with ESAPI(settings.tcti) as tpm:
        measured = TPMT_HA(hashAlg=TPM2_ALG.SHA256, digest=TPMU_HA(sha256=b"\x5a" * 32))
        tpm.pcr_extend(getattr(ESYS_TR, f"PCR{register}"), TPML_DIGEST_VALUES([measured]))


def lock_out(settings: TpmSettings) -> bool:
    """Guesses a password of another object until the chip refuses all that have one; True once it does."""
    os.environ.setdefault("TSS2_LOG", "all+NONE")
    from tpm2_pytss import (
        ESAPI,
        ESYS_TR,
        TPM2_RC,
        TPM2B_PUBLIC,
        TPM2B_SENSITIVE_CREATE,
        TPMA_OBJECT,
        TPMS_SENSITIVE_CREATE,
        TSS2_Exception,
    )

    with ESAPI(settings.tcti) as tpm:
        root, *_ = tpm.create_primary(TPM2B_SENSITIVE_CREATE(), "ecc256", ESYS_TR.OWNER)
        template = TPM2B_PUBLIC.parse(
            "keyedhash", objectAttributes=TPMA_OBJECT.USERWITHAUTH | TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT
        )
        guarded = TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(userAuth=b"right", data=b"theirs"))
        private, public, *_ = tpm.create(root, guarded, template)
        item = tpm.load(root, private, public)
        tpm.tr_set_auth(item, b"wrong")
        locked = False
        for _ in range(100):
            try:
                tpm.unseal(item)
            except TSS2_Exception as error:
                if locked := error.error == TPM2_RC.LOCKOUT:
                    break
        tpm.flush_context(item)
        tpm.flush_context(root)
    return locked
