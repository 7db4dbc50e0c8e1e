"""Runs the tests of this folder with rows in PostgreSQL and files in an S3-compatible store, both private and temporary.

PostgreSQL comes from Debian's packages and runs as an unprivileged user on a socket in a temporary folder. The object
store is moto's server, another project's reading of S3, on a free port of 127.0.0.1; it keeps everything in memory. Asked to
end (Ctrl-C, SIGTERM), it lets the tests clean up, and takes its servers and folders away.
"""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import boto3
from moto.server import ThreadedMotoServer

BUCKET, KEY, SECRET = "ministry", "test-key", "test-secret"
ROOT = Path(__file__).resolve().parents[2]


def programs() -> Path:
    """The folder of the newest PostgreSQL of Debian's packages."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        sys.exit("PostgreSQL is missing: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """A private cluster; yields the URL of its database `postgres`. A durable one waits for the disk as in service."""
    binaries, base = programs(), Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    # PostgreSQL refuses to run as root.
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    name, data = user.pw_name, base / "data"
    # A Ctrl-C is for this program alone: PostgreSQL would end by itself, or be found half made.
    run: dict[str, object] = {"start_new_session": True}
    if os.geteuid() == 0:
        run |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(base, user.pw_uid, user.pw_gid)

    def control(*arguments: str) -> None:
        command = [str(binaries / "pg_ctl"), "-D", str(data), "-s", "-w", "-t", "120", *arguments]
        subprocess.run(command, check=True, cwd=base, **run)  # type: ignore[call-overload]

    try:
        made = [str(binaries / "initdb"), "-D", str(data), "-U", name, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(made, check=True, cwd=base, stdout=subprocess.DEVNULL, **run)  # type: ignore[call-overload]
        settings = f"-c listen_addresses= -c unix_socket_directories={base} -c max_connections=300"
        if not durable:
            settings += " -c fsync=off -c full_page_writes=off"
        control("-o", settings, "-l", str(base / "log"), "start")
        try:
            yield f"postgresql://{name}@/postgres?host={base}"
        finally:
            control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def objects() -> Iterator[str]:
    """An S3-compatible server; yields the URL of a bucket as the service takes it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        client.create_bucket(Bucket=BUCKET)
        yield f"s3+http://{KEY}:{SECRET}@{host}:{port}/{BUCKET}"
    finally:
        server.stop()


class Tests:
    """The tests as a process, and the wish of somebody that they end. No signal interrupts the making of servers."""

    def __init__(self) -> None:
        self._asked = 0
        self._process: subprocess.Popen[bytes] | None = None

    def asked(self, number: int, _frame: FrameType | None) -> None:
        """Handles a signal; pytest takes SIGINT as the wish to clean up and end."""
        self._asked = number
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def run(self, command: list[str], places: dict[str, str]) -> int:
        """The exit code; that of the signal when somebody asked for the end."""
        if not self._asked:
            self._process = subprocess.Popen(command, cwd=ROOT, env=os.environ | places, start_new_session=True)
            if self._asked:  # between the question and the answer
                self._process.send_signal(signal.SIGINT)
            self._process.wait()
        if self._asked or self._process is None:
            return 128 + self._asked
        return self._process.returncode


def main() -> int:
    """Run pytest on both; arguments are passed on to it, without any it takes this folder."""
    tests = Tests()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tests.asked)
    with ExitStack() as servers:
        # The service speaks plain HTTP to the store beside it, whatever proxy the machine has.
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        places = {
            "MINISTRY_POSTGRES": servers.enter_context(postgres()),
            "MINISTRY_OBJECTS": servers.enter_context(objects()),
        }
        return tests.run([sys.executable, "-m", "pytest", *(sys.argv[1:] or ["tests/backend"])], places)


if __name__ == "__main__":
    sys.exit(main())
