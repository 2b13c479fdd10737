"""Trains the network that pronounces unknown words, and stores it beside the lexicon.

In: the words that research.training.build_lexicon chooses, without capitals inside, hyphens or apostrophes; 2,000 that
no rule derives are held out, with their regular forms. Out: fp16 tensors ``g2p.*`` in the safetensors file, with the
held-out phoneme error rate and word accuracy in its metadata. One thread, seeded.

Run: python -m narrating_face.research.training.train_g2p (some minutes)
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from dataclasses import asdict

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ...core.runtime.files import save_tensors
from ...core.text.english.g2p_net import (
    BLANK,
    SLOTS,
    G2PConfig,
    G2PNet,
    letter_ids,
    symbol_ids,
)
from ...core.text.english.lexicon import Lexicon
from ...core.text.english.symbols import STRESS
from ..tools import tool
from .build_lexicon import choose_entries, parse_lexicon_options, without_derived

HELD_OUT, BATCH, EPOCHS, RATE, SEED = 2000, 96, 3, 4e-3, 7
Pair = tuple[str, str]


def split_words(entries: dict[str, str]) -> tuple[list[Pair], list[Pair]]:
    """Training and held-out (letters, phonemes)."""
    words = plain_words(entries)
    underived = sorted(word for word in without_derived(words) if len(word) > 3)
    held = sorted(random.Random(SEED).sample(underived, HELD_OUT))
    relatives = Lexicon({word: words[word] for word in held})
    training = [pair for pair in sorted(words.items()) if relatives.find(pair[0]) is None]
    return training, [(word, words[word]) for word in held]


def plain_words(entries: dict[str, str]) -> dict[str, str]:
    """Words of one part in lower case, with their usual pronunciation."""
    found: dict[str, str] = {}
    for word, entry in entries.items():
        pronunciation = re.split("[1-7]", entry)[0]
        if re.fullmatch("[A-Za-z][a-z]+", word) and len(pronunciation) <= SLOTS * len(word):
            found.setdefault(word.lower(), pronunciation)
    return found


def word_batches(data: list[Pair], rng: random.Random) -> list[list[Pair]]:
    """Shuffled batches of equally long words."""
    by_length: dict[int, list[Pair]] = {}
    for pair in rng.sample(data, len(data)):
        by_length.setdefault(len(pair[0]), []).append(pair)
    groups = by_length.values()
    cut = [group[start : start + BATCH] for group in groups for start in range(0, len(group), BATCH)]
    rng.shuffle(cut)
    return cut


def ctc_loss(net: G2PNet, batch: list[Pair]) -> Tensor:
    symbols = [symbol_ids(pronunciation) for _, pronunciation in batch]
    scores = net(torch.stack([letter_ids(word) for word, _ in batch])).transpose(0, 1)  # [L * SLOTS, B, C]
    inputs = torch.full((len(batch),), scores.shape[0])
    targets = torch.tensor([len(ids) for ids in symbols])
    return nn.functional.ctc_loss(scores, torch.cat(symbols), inputs, targets, BLANK, zero_infinity=True)


def evaluate_g2p(net: G2PNet, data: list[Pair]) -> dict[str, float]:
    """Phoneme error rate and word accuracy, with and without stress marks."""
    jiwer = tool("jiwer", "jiwer>=4")
    net.eval()
    bare = str.maketrans("", "", STRESS)
    pairs = [(net.pronounce(word), pronunciation) for word, pronunciation in data]
    plain = [(one.translate(bare), two.translate(bare)) for one, two in pairs]
    net.train()
    return {
        "phoneme_error_rate": jiwer.cer([two for _, two in plain], [one for one, _ in plain]),
        "word_accuracy": sum(one == two for one, two in pairs) / len(pairs),
        "word_accuracy_without_stress": sum(one == two for one, two in plain) / len(plain),
    }


def train_g2p(net: G2PNet, data: list[Pair], held: list[Pair], epochs: int) -> None:
    rng = random.Random(SEED)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.01)
    steps = epochs * len(word_batches(data, random.Random(SEED)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        begun, total = time.monotonic(), 0.0
        for batch in word_batches(data, rng):
            loss = ctc_loss(net, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        scores = {name: round(value, 4) for name, value in evaluate_g2p(net, held[:200]).items()}
        print(
            f"epoch {epoch + 1}: loss {total / len(data):.4f}, {time.monotonic() - begun:.0f} s, {scores}", flush=True
        )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options, sources = parse_lexicon_options(parser, arguments)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    config = G2PConfig()
    net = G2PNet(config)
    training, held = split_words(choose_entries(sources))
    parameters = sum(tensor.numel() for tensor in net.parameters())
    print(f"{len(training)} words to learn, {len(held)} held out, {parameters} parameters", flush=True)
    train_g2p(net, training, held, options.epochs)
    net.half().float()
    scores = evaluate_g2p(net, held)
    print(scores)
    tensors = load_file(str(options.out)) if options.out.exists() else {}
    trained = {f"g2p.{name}": tensor.half() for name, tensor in net.state_dict().items()}
    metadata = {"format": "narrating-face english", "g2p": json.dumps(asdict(config)), "g2p_scores": json.dumps(scores)}
    save_tensors(options.out, tensors | trained, metadata)


if __name__ == "__main__":
    main()
