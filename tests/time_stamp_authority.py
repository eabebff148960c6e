"""A real time-stamp authority on this machine: openssl's, answered over HTTP."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIGURATION = """
[ tsa ]
default_tsa = t
[ t ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[ req ]
distinguished_name = dn
[ dn ]
[ ca ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ stamping ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class TimeStampAuthority:
    """Serves POSTed RFC 3161 requests at `url`; `root` is the PEM certificate that vouches for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_broken = False
        (folder / "openssl.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._make_certificates()
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(500 if authority.is_broken else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                if not authority.is_broken:
                    self.wfile.write(authority.answer(question))

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def root(self) -> str:
        return (self.folder / "ca.pem").read_text()

    def answer(self, question: bytes) -> bytes:
        (self.folder / "question.tsq").write_bytes(question)
        self._openssl("ts -reply -config openssl.cnf -queryfile question.tsq -out answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()

    def accepts(self, token: bytes, data: bytes) -> bool:
        """What openssl itself says of a token: somebody else's second opinion, offline."""
        (self.folder / "token.tsr").write_bytes(token)
        (self.folder / "data").write_bytes(data)
        command = ["openssl", "ts", "-verify", "-in", "token.tsr", "-data", "data", "-CAfile", "ca.pem"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        return done.returncode == 0

    def _make_certificates(self) -> None:
        self._openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ca.key")
        self._openssl(
            "req -x509 -new -key ca.key -subj /CN=Test_Root -days 3 -config openssl.cnf -extensions ca -out ca.pem"
        )
        self._openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out tsa.key")
        self._openssl("req -new -key tsa.key -subj /CN=Test_TSA -config openssl.cnf -out tsa.csr")
        self._openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 3"
            " -extfile openssl.cnf -extensions stamping -out tsa.pem"
        )

    def _openssl(self, command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True)
