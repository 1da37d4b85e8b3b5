"""Fail if a file of the repository names a package registry's host or a folder of somebody's machine.

Such an address works for one network or one person only, and a lock with hashes needs none. The patterns are written
so that this file does not match itself.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOSTS = r"py[p]i\.org|python[h]osted|n[p]mjs\.|deb\.d[e]bian"
# With somebody's name behind it: SCIM (RFC 7644) has its people under /Users/ too.
FOLDERS = "|".join(("work/", "farm/", "root/", "home/", r"Users/\w+/"))
ADDRESS = re.compile(rf"{HOSTS}|(?<![\w.])/(?:{FOLDERS})")


def files() -> Iterator[Path]:
    """Yield what is committed or would be: no ignored file, and none that was deleted but not yet committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    yield from (ROOT / name for name in names if name and (ROOT / name).is_file())


def addresses() -> Iterator[str]:
    """Yield each finding with its place; a file that is no text is searched too."""
    for path in files():
        text = path.read_text(encoding="utf-8", errors="replace")
        for found in ADDRESS.finditer(text):
            yield f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"


def main() -> int:
    """Print the findings; 1 if there are any."""
    found = list(addresses())
    print("\n".join(found) or "No file names a registry or a machine's folder.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
