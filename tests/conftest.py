"""Shared by all tests. The repository's root is a package too: its __init__ imports nothing before ComfyUI calls it."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
