"""Fifty people who press the button in the same moment, round after round. Nothing of the product is imported here."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

CLIENTS = 50


def main() -> None:
    """Print the seconds that each round took and every answer that was no redirect, as JSON."""
    port, target, file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    people = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    rounds = [people[n : n + CLIENTS] for n in range(0, len(people), CLIENTS)]
    barrier = Barrier(CLIENTS + 1)
    wrong: list[int] = []

    def client(number: int) -> None:
        for members in rounds:
            person = members[number]
            body = urlencode(person["form"])
            headers = {"Cookie": person["cookie"], "Content-Type": "application/x-www-form-urlencoded"}
            barrier.wait()
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", target or person["path"], body, headers)
            response = connection.getresponse()
            response.read()
            if response.status != 302 or "login" in (response.getheader("Location") or ""):
                wrong.append(response.status)
            connection.close()
            barrier.wait()

    taken = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = [pool.submit(client, number) for number in range(CLIENTS)]
        for _ in rounds:
            barrier.wait()
            began = time.monotonic()
            barrier.wait()
            taken.append(time.monotonic() - began)
        for one in done:
            one.result()
    print(json.dumps({"taken": taken, "wrong": wrong}))


if __name__ == "__main__":
    main()
