"""A ComfyUI server's messages to one client: JSON over a WebSocket (RFC 6455), read only."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from typing import Any

HOST = "127.0.0.1"
TEXT, CLOSE = 1, 8  # opcodes
SILENCE_SECONDS = 600  # a server that says nothing for so long hangs


class ServerEvents:
    """The messages ``{"type", "data"}`` of one client, in order, from the moment of construction."""

    def __init__(self, port: int, client_id: str) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=SILENCE_SECONDS)
        self._stream = self._socket.makefile("rb")
        self._shake_hands(f"{HOST}:{port}", client_id)
        self.next()  # the first message says that the server has listed this client

    def _shake_hands(self, address: str, client_id: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = [
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        lines = [f"GET /ws?clientId={client_id} HTTP/1.1", f"Host: {address}", *upgrade, "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        status = self._stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"the server opens no event stream: {status!r}")
        while self._stream.readline().strip():
            pass  # the rest of the head

    def next(self) -> dict[str, Any]:
        """The next message. Raises TimeoutError after ``SILENCE_SECONDS``, ConnectionError when the stream ends."""
        while True:
            opcode, payload = self._frame()
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == CLOSE:
                raise ConnectionError("the server closed its event stream")

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _frame(self) -> tuple[int, bytes]:
        """Opcode and payload; a server's frames are not masked, and ComfyUI's are whole."""
        first, length = self._read(2)
        if length == 126:
            (length,) = struct.unpack(">H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._read(8))
        return first & 15, self._read(length)

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise ConnectionError("the server ended its event stream")
        return data
