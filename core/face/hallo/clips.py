"""A whole narration, clip by clip: source image and speech -> chunks of frames, uint8 [F, h, w, 3], in constant memory.

What stays the same is computed once: the portrait's latent and bank, the face region's map, the face tokens. For each
clip: the bank of the motion frames, the audio tokens, the keys and values of all these; then denoising and decoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ...progress import (
    Progress,
    ProgressCallback,
    Stage,
    ignore,
)
from ...settings import HalloSettings
from .conditioning import Conditioning
from .denoise import GuidanceBranches, denoise
from .image_conversion import to_uint8_frames
from .memory_plan import MemoryPlan
from .motion_frames import motion_frame_latents, reencode
from .networks import DecoderNets
from .reference_banks import FaceTokens, motion_frame_banks, portrait_banks
from .reference_net import Bank
from .residency import Residency
from .source_image import SourceImage
from .speech_features import SpeechReader


@dataclass(frozen=True)
class PortraitConditioning:
    """What a narration computes once."""

    portrait: Tensor  # [1, 4, h, w]
    banks: tuple[Bank, ...]
    tokens: FaceTokens
    face_location: Tensor  # [1, C, h, w]


class ClipChain:
    """See the module docstring. ``seed`` determines the noise; ``frames`` is the length of the whole narration."""

    def __init__(self, nets: DecoderNets, settings: HalloSettings, plan: MemoryPlan, residency: Residency) -> None:
        self._nets, self._settings, self._plan, self._residency = nets, settings, plan, residency
        self._net = nets.hallo.denoising_unet
        self._guided = settings.denoising.guidance > 1

    @torch.inference_mode()
    def chunks(
        self,
        source: SourceImage,
        speech: SpeechReader | None,
        frames: int,
        seed: int,
        progress: ProgressCallback = ignore,
    ) -> Iterator[Tensor]:
        """One chunk for each clip; every denoising step is reported as the frames that it amounts to."""
        self._net.frames_at_once = self._plan.frames_at_once
        constant, generator = self._portrait_conditioning(source), torch.Generator().manual_seed(seed)
        motion_frames = constant.portrait.expand(self._settings.motion_frames, -1, -1, -1)
        length, steps = self._settings.frames, self._settings.denoising.steps
        for first in range(0, frames, length):
            noise = self._noise(generator, constant.portrait)
            branches = self._guidance_branches(constant, source, motion_frames, speech, first)
            in_clip = min(length, frames - first)
            denoised = denoise(self._net, noise, branches, self._settings.denoising, self._settings.compatibility)
            latents = noise
            for step, latents in enumerate(denoised, 1):  # noqa: B007 - the last ones are used
                progress(Progress(Stage.FRAMES, first + in_clip * step // steps, frames))
            chunk, last = self._decode(latents[:in_clip])
            yield chunk
            if first + length < frames:
                motion_frames = self._motion_frames(latents, last, constant.portrait)

    def _portrait_conditioning(self, source: SourceImage) -> PortraitConditioning:
        hallo, compatibility = self._nets.hallo, self._settings.compatibility
        portrait = self._nets.vae.encode(source.pixels).float()
        self._residency.load(hallo.reference_net)
        embedding = source.face_embedding.to(hallo.image_projection.proj.weight)
        tokens = FaceTokens(hallo.image_projection(embedding), hallo.image_projection(torch.zeros_like(embedding)))
        face_location = hallo.face_locator(source.face_region.to(hallo.face_locator.conv_in.weight))
        banks = portrait_banks(hallo.reference_net, portrait, tokens, compatibility, self._guided)
        return PortraitConditioning(portrait, banks, tokens, face_location)

    def _guidance_branches(
        self,
        constant: PortraitConditioning,
        source: SourceImage,
        motion_frames: Tensor,
        speech: SpeechReader | None,
        first: int,
    ) -> GuidanceBranches:
        net, tokens, settings = self._nets.hallo.reference_net, constant.tokens, self._settings
        self._residency.load(net)
        banks = motion_frame_banks(net, motion_frames, tokens, settings.compatibility, self._guided)
        if self._plan.offload_reference_net:
            self._residency.offload(net)
        masks = tuple(mask.to(tokens.face) for mask in source.masks)
        strengths = settings.strengths
        conditional = self._net.conditioning(
            tokens.face,
            constant.banks,
            banks.conditional,
            self._audio(speech, first),
            masks,
            constant.face_location,
            strengths,
            settings.frames,
        )
        unconditional: Conditioning | None = None
        if self._guided:
            unconditional = self._net.conditioning(
                tokens.unconditional, None, banks.unconditional, None, masks, None, strengths
            )
        return GuidanceBranches(conditional, unconditional)

    def _audio(self, speech: SpeechReader | None, first: int) -> Tensor | None:
        projection = self._nets.hallo.audio_projection
        if speech is None or projection is None:
            return None
        return projection(speech.windows(first, first + self._settings.frames).to(projection.proj1.weight))

    def _noise(self, generator: torch.Generator, portrait: Tensor) -> Tensor:
        """Half-float noise drawn on the CPU, so that a seed means the same on every device: [F, 4, h, w]."""
        shape = (1, portrait.shape[1], self._settings.frames, *portrait.shape[-2:])
        noise = torch.randn(shape, generator=generator, dtype=torch.float16)
        return noise[0].transpose(0, 1).to(portrait)

    def _decode(self, latents: Tensor) -> tuple[Tensor, Tensor | None]:
        """(frames uint8 [F, h, w, 3], the last ones as pixels when the next clip is to encode them again)."""
        parts, last = [], latents.new_empty(0)
        for latent in latents.split(1):
            pixels = self._nets.vae.decode(latent).float()
            parts.append(to_uint8_frames(pixels))
            if not self._settings.compatibility.latent_chain:
                last = torch.cat([last, pixels])[-self._settings.motion_frames :]
        return torch.cat(parts), last if len(last) else None

    def _motion_frames(self, latents: Tensor, pixels: Tensor | None, portrait: Tensor) -> Tensor:
        frames = None if pixels is None else reencode(self._nets.vae, pixels).float()
        return motion_frame_latents(
            latents, frames, self._settings.motion_frames, portrait, self._settings.compatibility
        )
