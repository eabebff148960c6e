"""Many clients, each a process of its own with its own connection; all begin at the same moment.

python clients.py ADDRESS SITE < work.json

`work`: for each client [KEY:SECRET, [[method, path, values], ...]]. Prints the statuses that each of them got.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from web import Client

_begin = None


def _wait_for(barrier: object) -> None:
    global _begin
    _begin = barrier


def _work(job: tuple[str, str, str, list]) -> list[int]:
    address, site, token, requests = job
    client = Client(address, site).as_token(*token.split(":"))
    _begin.wait()  # type: ignore[attr-defined]
    replies = [client.send(*request) for request in requests]
    for reply in replies:
        if reply.status >= 500:
            print(reply.text[-3000:], file=sys.stderr)
    return [reply.status for reply in replies]


def main(address: str, site: str) -> None:
    jobs = [(address, site, token, requests) for token, requests in json.load(sys.stdin)]
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(jobs))
    with context.Pool(len(jobs), _wait_for, (barrier,)) as pool:
        print(json.dumps(pool.map(_work, jobs, chunksize=1)))


if __name__ == "__main__":
    main(*sys.argv[1:])
