"""A real ComfyUI server on a free port, with this pack as its only custom node, in a folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from server_events import HOST
from server_run import Run

REPOSITORY = Path(__file__).resolve().parents[2]
READY = "To see the GUI go to"  # logged once the port is open
START_SECONDS = 600  # some 15 s on a machine with nothing else to do
ANSWER_SECONDS = 120  # for one request: more than a loaded machine needs, so that only a hang exceeds it
STOP_SECONDS = 15


def environment_folder() -> Path:
    """The cached ComfyUI environment, built now if it is not there yet (some minutes, 1.6 GB)."""
    built = subprocess.run([REPOSITORY / ".ci" / "comfy"], check=True, stdout=subprocess.PIPE, text=True)
    return Path(built.stdout.strip().splitlines()[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class ComfyServer:
    """Start, ask, stop. ``base`` holds input, output, temp, models and custom_nodes."""

    def __init__(self, environment: Path, base: Path) -> None:
        self.environment, self.base = environment, base
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = base / "server.log"
        self._ready = threading.Event()  # the server answers, or has ended

    def start(self) -> None:
        """Run the server; returns when it answers. Raises RuntimeError with its log when it does not."""
        for name in ("custom_nodes", "input", "output", "temp", "models"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        (self.base / "custom_nodes" / "narrating_face").symlink_to(REPOSITORY, target_is_directory=True)
        self.process = subprocess.Popen(
            self._command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self._variables(),
        )
        threading.Thread(target=self._keep_log, daemon=True).start()
        if not self._ready.wait(START_SECONDS) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"ComfyUI did not start:\n{self.log.read_text()[-4000:]}")

    def _command(self) -> list[str]:
        python = self.environment / "venv" / "bin" / "python"
        launcher = REPOSITORY / "tests" / "comfy" / "launch.py"
        options = ["--cpu", "--listen", HOST, "--port", self.port, "--base-directory", self.base]
        switches = ["--disable-api-nodes", "--disable-auto-launch", "--database-url", "sqlite:///:memory:"]
        return [str(part) for part in (python, launcher, self.environment / "ComfyUI", *options, *switches)]

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def _keep_log(self) -> None:
        """Write what the server prints into its log, until it ends."""
        assert self.process.stdout
        with self.log.open("w") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if READY in line:
                    self._ready.set()
        self.process.wait()
        self._ready.set()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self) -> float:
        """Processor time the server has used (Linux): the measure of delay that other programs do not change."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Status and decoded body, also for an error status."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def submit(self, graph: dict[str, Any], **fields: Any) -> Run:
        """Queue an API-format graph. Raises AssertionError when the server refuses it."""
        return Run(self, graph, **fields)

    def run(self, graph: dict[str, Any]) -> dict[str, Any]:
        """Execute a graph to its end; its outputs by node id. Raises AssertionError when it failed."""
        entry = self.submit(graph).end()
        assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
        return entry["outputs"]

    def failure(self, graph: dict[str, Any], **fields: Any) -> str:
        """The one sentence of a run that must fail, as the user sees it."""
        details = dict(self.submit(graph, **fields).end()["status"]["messages"])["execution_error"]
        assert details["exception_type"].endswith("InputError"), details
        message = details["exception_message"].strip()
        assert "\n" not in message
        return message

    def files(self, outputs: dict[str, Any]) -> list[Path]:
        """Paths of every saved file that a run reported."""
        saved = [item for output in outputs.values() for kind in ("images", "audio") for item in output.get(kind, [])]
        return [self.base / item["type"] / item["subfolder"] / item["filename"] for item in saved]
