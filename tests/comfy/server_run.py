"""One queued graph: how far it is, how it is cancelled, how it ended; all by the server's own messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from server_events import ServerEvents

if TYPE_CHECKING:
    from comfy_server import ComfyServer


class Run:
    """Queued at construction; ``fields`` are further fields of the request. ``end`` or ``cancel`` is the last call."""

    def __init__(self, server: ComfyServer, graph: dict[str, Any], **fields: Any) -> None:
        client = uuid.uuid4().hex
        self._server, self._events = server, ServerEvents(server.port, client)
        status, answer = server.post("/prompt", {"prompt": graph, "client_id": client, **fields})
        assert status == 200, answer
        self.prompt_id: str = answer["prompt_id"]

    def until_begun(self, node: str) -> None:
        """Returns once ``node`` is being executed. Raises AssertionError if the run ends before."""
        self._until(lambda kind, data: kind == "executing" and data["node"] == node)

    def until_progress(self, node: str, fraction: float = 0.0) -> None:
        """Returns once ``node`` reports this part of its work or more. Raises AssertionError if the run ends before."""
        self._until(
            lambda kind, data: kind == "progress" and data["node"] == node and data["value"] >= fraction * data["max"]
        )

    def cancel(self) -> float:
        """Interrupt; the processor time in seconds that the server uses until the run has ended."""
        started = self._server.cpu_seconds()
        self._server.post("/interrupt", {})
        entry = self.end()
        seconds = self._server.cpu_seconds() - started
        assert "execution_interrupted" in [message[0] for message in entry["status"]["messages"]]
        return seconds

    def end(self) -> dict[str, Any]:
        """The history entry, once the run has ended in any way."""
        while not self._is_end(*self._next()):
            pass  # messages about its progress
        self._events.close()
        return self._server.get(f"/history/{self.prompt_id}")[self.prompt_id]

    def _until(self, wanted: Callable[[str, dict[str, Any]], bool]) -> None:
        while not wanted(*(message := self._next())):
            assert not self._is_end(*message), "the run is over"

    def _next(self) -> tuple[str, dict[str, Any]]:
        message = self._events.next()
        return message["type"], message["data"]

    def _is_end(self, kind: str, data: dict[str, Any]) -> bool:
        return kind == "executing" and data["node"] is None and data.get("prompt_id") == self.prompt_id
