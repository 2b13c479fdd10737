"""The checkpoint's key names <-> the names of ``core.voice.xtts.nets.XTTSNets``.

A rule is a pair of prefixes; ``{}`` stands for an index and is the same on both sides.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..state_dicts import WEIGHT_NORM, modern_weight_norm

CONDITIONING, PERCEIVER = "gpt.conditioning_encoder.", "gpt.conditioning_perceiver."
VOCODER, SPEAKER = "hifigan_decoder.waveform_decoder.", "hifigan_decoder.speaker_encoder."
BLOCK_PARTS = {
    "conv1.": "first.", "bn1.": "first_norm.", "conv2.": "second.", "bn2.": "second_norm.",
    "se.fc.0.": "excitation.squeeze.", "se.fc.2.": "excitation.excite.", "downsample.": "shortcut.",
}  # fmt: skip
RULES: tuple[tuple[str, str], ...] = (
    ("mel_stats", "conditioning.mel_stats"),
    (CONDITIONING + "init.", "conditioning.enter."),
    (CONDITIONING + "attn.{}.norm.", "conditioning.blocks.{}.norm."),
    (CONDITIONING + "attn.{}.qkv.", "conditioning.blocks.{}.project_in."),
    (CONDITIONING + "attn.{}.proj_out.", "conditioning.blocks.{}.project_out."),
    (PERCEIVER + "latents", "conditioning.perceiver.latents"),
    (PERCEIVER + "layers.{}.0.to_q.", "conditioning.perceiver.layers.{}.query."),
    (PERCEIVER + "layers.{}.0.to_kv.", "conditioning.perceiver.layers.{}.key_value."),
    (PERCEIVER + "layers.{}.0.to_out.", "conditioning.perceiver.layers.{}.output."),
    (PERCEIVER + "layers.{}.1.0.", "conditioning.perceiver.layers.{}.feed_in."),
    (PERCEIVER + "layers.{}.1.2.", "conditioning.perceiver.layers.{}.feed_out."),
    (PERCEIVER + "norm.gamma", "conditioning.perceiver.gain"),
    ("gpt.text_embedding.", "gpt.text_embedding."),
    ("gpt.text_pos_embedding.emb.", "gpt.text_positions."),
    ("gpt.mel_embedding.", "gpt.code_embedding."),
    ("gpt.mel_pos_embedding.emb.", "gpt.code_positions."),
    ("gpt.gpt.", "gpt.stack."),
    ("gpt.final_norm.", "gpt.final_norm."),
    ("gpt.mel_head.", "gpt.code_head."),
    ("gpt.text_head.", "gpt.text_head."),
    (VOCODER + "conv_pre.", "vocoder.enter."),
    (VOCODER + "cond_layer.", "vocoder.enter_speaker."),
    (VOCODER + "ups.{}.", "vocoder.upsamplers.{}."),
    (VOCODER + "conds.{}.", "vocoder.speakers.{}."),
    (VOCODER + "resblocks.{}.convs1.{}.", "vocoder.stacks.{}.dilated.{}."),
    (VOCODER + "resblocks.{}.convs2.{}.", "vocoder.stacks.{}.plain.{}."),
    (VOCODER + "conv_post.", "vocoder.leave."),
    (SPEAKER + "conv1.", "speaker_encoder.stem."),
    (SPEAKER + "bn1.", "speaker_encoder.stem_norm."),
    *(
        (f"{SPEAKER}layer{layer + 1}.{{}}.{theirs}", f"speaker_encoder.layers.{layer}.{{}}.{ours}")
        for layer in range(4)
        for theirs, ours in BLOCK_PARTS.items()
    ),
    (SPEAKER + "attention.0.", "speaker_encoder.statistics.enter."),
    (SPEAKER + "attention.2.", "speaker_encoder.statistics.norm."),
    (SPEAKER + "attention.3.", "speaker_encoder.statistics.leave."),
    (SPEAKER + "fc.", "speaker_encoder.embed."),
)
COMPUTED = {  # constants of the speaker mel, which the modules compute: shapes by key
    SPEAKER + "torch_spec.0.filter": (1, 1, 2),
    SPEAKER + "torch_spec.1.spectrogram.window": (400,),
    SPEAKER + "torch_spec.1.mel_scale.fb": (257, 64),
}
GAIN, DIRECTION = WEIGHT_NORM["weight_g"], WEIGHT_NORM["weight_v"]
UNUSED = re.compile(
    r"dvae\.|torch_mel_spectrogram_(style_encoder|dvae)\.|gpt\.gpt\.wte\.weight$|gpt\.gpt_inference\."
    r"|gpt\.gpt\.h\.\d+\.attn\.(bias|masked_bias)$"
)  # parts for training, and the copies and masks that other versions of the library save


def published_name(key: str) -> str | None:
    """The published spelling of a key of any known layout; None where the tensor is not needed."""
    key = key.removeprefix("xtts.")
    if UNUSED.match(key):
        return None
    return modern_weight_norm(key)


def module_name(key: str) -> str | None:
    """The module's name for the tensor of a published key; None for an unknown key."""
    return _renamed(key, 0)


def checkpoint_name(name: str) -> str:
    """The published key of a module's tensor (``weight`` also where it is stored weight-normed)."""
    return _renamed(name, 1) or name


def _renamed(name: str, side: int) -> str | None:
    for pattern, target in _patterns(side):
        if match := pattern.match(name):
            return target.format(*match.groups()) + name[match.end() :]
    return None


@lru_cache(maxsize=2)
def _patterns(side: int) -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    for rule in RULES:
        source, target = rule[side], rule[1 - side]
        end = "" if source.endswith(".") else "$"
        made.append((re.compile(re.escape(source).replace(r"\{\}", r"(\d+)") + end), target))
    return tuple(made)
