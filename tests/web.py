"""A small HTTP client for tests, on the standard library: cookies, JSON, CSRF token, API tokens."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.text or "null")

    @property
    def message(self) -> Any:
        """What a whitelisted function returned."""
        return self.json.get("message")

    @property
    def words(self) -> str:
        """The messages that the user sees, in one text."""
        shown = json.loads(self.json.get("_server_messages") or "[]")
        return " ".join(str(json.loads(entry).get("message", "")) for entry in shown)


class Client:
    """Requests as one visitor: a guest until `login`."""

    def __init__(self, address: str, site: str) -> None:
        self.address, self.site = urllib.parse.urlsplit(address), site
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.user = "Guest"

    def login(self, user: str, password: str) -> Client:
        reply = self.send("POST", "/api/method/login", {"usr": user, "pwd": password})
        assert reply.status == 200, reply.text
        self.user = user
        return self

    def as_token(self, key: str, secret: str) -> Client:
        self.headers["Authorization"] = f"token {key}:{secret}"
        return self

    def as_page(self) -> Client:
        """With the token that the writes of a page carry."""
        boot = self.get("/api/method/med_trace.api.screen.boot")
        self.headers["X-Frappe-CSRF-Token"] = boot.message["csrf_token"]
        return self

    def get(self, path: str, **params: Any) -> Reply:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        return self.send("GET", path + ("?" + urllib.parse.urlencode(texts) if texts else ""))

    def post(self, path: str, **values: Any) -> Reply:
        return self.send("POST", path, values)

    def put(self, path: str, **values: Any) -> Reply:
        return self.send("PUT", path, values)

    def delete(self, path: str) -> Reply:
        return self.send("DELETE", path)

    def call(self, method: str, **values: Any) -> Reply:
        """A whitelisted function by its dotted path."""
        return self.send("POST", f"/api/method/{method}", values)

    def send(self, method: str, path: str, values: dict[str, Any] | None = None) -> Reply:
        headers = {"Accept": "application/json", "X-Frappe-Site-Name": self.site, **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        if values is not None:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=120)
        try:
            body = None if values is None else json.dumps(values, default=str)
            connection.request(method, urllib.parse.quote(path, safe="/%:?=&+,"), body=body, headers=headers)
            answer = connection.getresponse()
            reply = Reply(answer.status, dict(answer.getheaders()), answer.read())
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(cookie).items()})
        finally:
            connection.close()
        return reply


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers; its own words when it does not."""
    parts = urllib.parse.urlsplit(address)
    until = time.time() + 60
    while time.time() < until and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((parts.hostname, parts.port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer:\n{log.read_text()[-3000:]}")
