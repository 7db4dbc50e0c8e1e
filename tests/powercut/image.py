"""What the machine boots: Debian's kernel, unpacked and not installed, and a root in memory with what the guest needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

ROOT: Final = Path(__file__).resolve().parents[2]
KERNELS: Final = ROOT / ".tools" / "kernel"
PACKAGE: Final = "linux-image-cloud-amd64"
MODULES: Final = (
    "virtio_ring",
    "virtio",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "virtio_console",
    "virtio_blk",
)
"""For the port that words come out of and the disks that are cut; ext4 and the rest are in the kernel itself."""

# The guest's own program with all that it imports, and the checkout it is imported from.
_CHECKOUT: Final = ("kiosk_app", "drivers", "backend", "assets", "config", "tests")
_LOADED: Final = """
import sys
import tests.powercut.guest
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "")
for line in open("/proc/self/maps"):
    print(line.split()[-1])
"""


class NoMachine(Exception):
    """This computer cannot run the virtual machine; says what is missing."""


def kernel() -> Path:
    """Debian's kernel and its modules, unpacked below .tools; fetched by apt-get when it is not there. Raises NoMachine."""
    found = sorted(KERNELS.glob("boot/vmlinuz-*"))
    if found:
        return found[-1]
    listed = subprocess.run(["apt-cache", "depends", PACKAGE], capture_output=True, text=True, check=False).stdout
    names = re.findall(r"Depends: (linux-image-\S+)", listed)
    if not names:
        raise NoMachine(f"apt-cache knows no {PACKAGE}; apt-get update may help")
    making = KERNELS.with_name(f"kernel.{os.getpid()}")
    making.mkdir(parents=True)
    try:
        subprocess.run(["apt-get", "download", "-qq", names[0]], cwd=making, check=True, stderr=subprocess.DEVNULL)
        package = next(making.glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(making)], check=True)
        package.unlink()
        shutil.rmtree(KERNELS, ignore_errors=True)
        making.rename(KERNELS)
    except (subprocess.CalledProcessError, StopIteration) as error:
        raise NoMachine(f"{names[0]} cannot be fetched") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return next(KERNELS.glob("boot/vmlinuz-*"))


def _libraries(files: Iterable[Path]) -> Iterator[Path]:
    """What the dynamic linker would load for these."""
    names = [str(path) for path in files]
    listed = subprocess.run(["ldd", *names], capture_output=True, text=True, check=False).stdout
    for found in set(re.findall(r"(?:=> |^\s+)(/\S+) \(0x", listed, re.MULTILINE)):
        yield Path(found)


def _copy(source: Path, target: Path) -> None:
    """A file or folder, hard links where that is possible: nothing is changed in either place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link, symlinks=True, dirs_exist_ok=True)
    else:
        _link(str(source.resolve()), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def build(folder: Path) -> Path:
    """Makes the archive of the root in `folder`. Raises subprocess.CalledProcessError."""
    tree = folder / "root"
    shutil.rmtree(tree, ignore_errors=True)
    for name in ("dev", "proc", "sys", "tmp", "run", "kiosk", "ministry", "usr/bin", "usr/lib", "usr/lib64", "app"):
        (tree / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (tree / name).symlink_to(f"usr/{name}")
    done = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {Path(line) for line in done.stdout.splitlines() if line.startswith("/")}
    loaded = {path for path in loaded if path.is_file()}
    standard = Path(os.__file__).parent
    packages = Path(sys.prefix) / "lib" / standard.name / "site-packages"
    wanted = {packages / path.relative_to(packages).parts[0] for path in loaded if path.is_relative_to(packages)}
    wanted |= {packages / f"{path.name}.libs" for path in wanted}
    wanted |= set(packages.glob("*.dist-info")) | set(packages.glob("pillow.libs"))
    for path in wanted:
        if path.exists():
            _copy(path, tree / "site" / path.name)
    ignored = shutil.ignore_patterns("test", "idlelib", "lib2to3", "ensurepip", "tkinter", "config-*")
    shutil.copytree(standard, tree / str(standard)[1:], copy_function=_link, symlinks=True, ignore=ignored)
    binaries = [Path(sys.executable).resolve(), *(standard / "lib-dynload").glob("*.so")]
    binaries += [path for place in wanted if place.is_dir() for path in place.rglob("*.so")]
    libraries = {path for path in loaded if path.is_relative_to("/usr/lib") and ".so" in path.name}
    for path in {binaries[0], *libraries, *_libraries(binaries)}:
        real = path.resolve()
        if not real.is_relative_to(packages):
            _copy(real, tree / str(real)[1:])
            if real.name != path.name:
                _copy(real, tree / "usr" / "lib" / real.parent.name / path.name)
    interpreter = Path("/lib64/ld-linux-x86-64.so.2")
    _copy(interpreter, tree / "usr" / "lib64" / interpreter.name)
    for name in _CHECKOUT:
        _copy(ROOT / name, tree / "app" / name)
    for name in MODULES:
        _copy(next(KERNELS.glob(f"lib/modules/*/kernel/**/{name}.ko")), tree / "modules" / f"{name}.ko")
    image = folder / "root.cpio"
    with image.open("wb") as stream:
        for number, path in enumerate(sorted(tree.rglob("*")), 1):
            _member(stream, number, path, str(path.relative_to(tree)))
        _head(stream, 0, "TRAILER!!!", 0, 0)
    shutil.rmtree(tree)
    return image


def _member(stream: BinaryIO, number: int, path: Path, name: str) -> None:
    status = path.lstat()
    content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    if path.is_symlink():
        content = os.fsencode(path.readlink())
    _head(stream, number, name, status.st_mode, len(content))
    stream.write(content + bytes(-len(content) % 4))


def _head(stream: BinaryIO, number: int, name: str, mode: int, size: int) -> None:
    """An entry of a cpio archive as the kernel unpacks it ("newc"): names end with a zero and are filled up to four."""
    fields = (number, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name.encode()) + 1, 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    stream.write(head + bytes(-len(head) % 4))


def empty(path: Path, megabytes: int) -> None:
    """A disk with an empty ext4, as Debian's installer makes it."""
    path.unlink(missing_ok=True)
    command = ["/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", str(path), f"{megabytes}M"]
    subprocess.run(command, check=True, capture_output=True)
