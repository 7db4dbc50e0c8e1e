"""Runs the tests of this folder with rows in PostgreSQL and files in an S3-compatible store, both private and temporary.

PostgreSQL comes from Debian's packages and runs as an unprivileged user on a socket in a temporary folder. The object
store is moto's server, another project's reading of S3, on a free port of 127.0.0.1; it keeps everything in memory.
"""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

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
    as_user: dict[str, object] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    run = as_user if os.geteuid() == 0 else {}
    if run:
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


def main() -> int:
    """Run pytest on both; further arguments are passed on to it."""
    with ExitStack() as servers:
        # The service speaks plain HTTP to the store beside it, whatever proxy the machine has.
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        places = {
            "MINISTRY_POSTGRES": servers.enter_context(postgres()),
            "MINISTRY_OBJECTS": servers.enter_context(objects()),
        }
        command = [sys.executable, "-m", "pytest", "tests/backend", *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=os.environ | places, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
