"""A private PostgreSQL for one run of the tests: on a socket of its own, in a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "200",
}


@contextmanager
def cluster(programs: Path, **settings: str) -> Iterator[str]:
    """Start a cluster and yield its address, to which a database's name is to be added; stop it whatever happens.

    PostgreSQL refuses to run as root: there, its processes run as the account that its package made. The socket lies
    right under /tmp, since its path may have 107 characters only. ``settings``: more of PostgreSQL's own.
    """
    folder = Path(tempfile.mkdtemp(prefix="privacy-training-", dir="/tmp"))
    data, account = folder / "data", []
    if os.geteuid() == 0:
        account = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    options = " ".join(f"-c {name}={value}" for name, value in (SETTINGS | settings).items())
    control = [*account, programs / "pg_ctl", "-D", data, "-s", "-w"]

    def run(*command: str | Path) -> None:
        subprocess.run([*command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)

    try:
        initdb = [*account, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
        run(*initdb, "-E", "UTF8", "--no-locale", "--no-sync")
        run(*control, "-l", folder / "log", "-o", f"-k {folder} -p 5432 {options}", "start")
        yield f"postgres://postgres@{quote(str(folder), safe='')}:5432/"
    finally:
        if (data / "postmaster.pid").exists():
            run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder)
