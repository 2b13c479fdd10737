"""A real ComfyUI server on a free port, with this pack as its only custom node, in a folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 600  # some 15 s on a machine with nothing else to do


def environment_folder() -> Path:
    """The cached ComfyUI environment, built now if it is not there yet (some minutes, 1.6 GB)."""
    built = subprocess.run([REPOSITORY / ".ci" / "comfy"], check=True, stdout=subprocess.PIPE, text=True)
    return Path(built.stdout.strip().splitlines()[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ComfyServer:
    """Start, ask, stop. ``base`` holds input, output, temp, models and custom_nodes."""

    def __init__(self, environment: Path, base: Path) -> None:
        self.environment, self.base = environment, base
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = base / "server.log"

    def start(self) -> None:
        """Run the server; returns when it answers. Raises RuntimeError with its log when it does not."""
        for name in ("custom_nodes", "input", "output", "temp", "models"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        (self.base / "custom_nodes" / "narrating_face").symlink_to(REPOSITORY, target_is_directory=True)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self._command(), stdout=log, stderr=log, env=self._variables())
        self._wait_until_ready()

    def _command(self) -> list[str]:
        python = self.environment / "venv" / "bin" / "python"
        launcher = REPOSITORY / "tests" / "comfy" / "launch.py"
        options = ["--cpu", "--listen", "127.0.0.1", "--port", self.url.rsplit(":", 1)[1], "--base-directory"]
        switches = ["--disable-api-nodes", "--disable-auto-launch", "--database-url", "sqlite:///:memory:"]
        return [str(part) for part in (python, launcher, self.environment / "ComfyUI", *options, self.base, *switches)]

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get("/system_stats")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        self.stop()
        raise RuntimeError(f"ComfyUI did not start:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self) -> float:
        """Processor time the server has used (Linux): the measure of delay that other programs do not change."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=120) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Status and decoded body, also for an error status."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def submit(self, graph: dict[str, Any]) -> str:
        """Queue an API-format graph; its prompt id. Raises AssertionError when the server refuses it."""
        status, answer = self.post("/prompt", {"prompt": graph, "client_id": uuid.uuid4().hex})
        assert status == 200, answer
        return answer["prompt_id"]

    def wait(self, prompt_id: str, seconds: float = 1200) -> dict[str, Any]:
        """The history entry of a prompt, once it has ended in any way."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if entry := self.get(f"/history/{prompt_id}").get(prompt_id):
                return entry
            time.sleep(0.1)
        raise TimeoutError(f"prompt still running after {seconds} s:\n{self.log.read_text()[-4000:]}")

    def run(self, graph: dict[str, Any], seconds: float = 1200) -> dict[str, Any]:
        """Execute a graph to its end; its outputs by node id. Raises AssertionError when it failed."""
        entry = self.wait(self.submit(graph), seconds)
        assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
        return entry["outputs"]

    def files(self, outputs: dict[str, Any]) -> list[Path]:
        """Paths of every saved file that a run reported."""
        saved = [item for output in outputs.values() for kind in ("images", "audio") for item in output.get(kind, [])]
        return [self.base / item["type"] / item["subfolder"] / item["filename"] for item in saved]
