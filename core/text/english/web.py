"""E-mail addresses, web addresses, handles and file names, read as people read them aloud."""

from __future__ import annotations

import re

from .rules import Rule

ENDINGS = "com org net edu gov mil int info biz io ai co uk us de fr eu ca au app dev tv me ly gg xyz shop blog".split()
DOMAIN = rf"(?:[A-Za-z0-9-]{{1,63}}\.){{1,6}}(?:{'|'.join(ENDINGS)})\b"
SAID = {".": " dot ", "/": " slash ", "@": " at ", "_": " underscore ", "+": " plus ", "-": " dash ", "~": " tilde "}


def aloud(text: str) -> str:
    """Punctuation of an address becomes words; endings of two letters are spelled."""
    words = re.sub(r"[./@_+~-]", lambda match: SAID[match.group()], text).split()
    return " ".join(spelled(word) if after_dot and word in ENDINGS else word for after_dot, word in marked(words))


def marked(words: list[str]) -> list[tuple[bool, str]]:
    return [(previous == "dot", word) for previous, word in zip(["", *words], words, strict=False)]


def spelled(ending: str) -> str:
    return "-".join(ending.upper()) if len(ending) == 2 and ending not in {"co", "me"} else ending


def address(match: re.Match[str]) -> str:
    """Scheme, www and everything after ? or # are left out."""
    path = re.split(r"[?#]", match["path"] or "")[0].rstrip("/.,;:!)")
    trailing = re.search(r"[.,;:!]*$", match["path"] or "")
    return f" {aloud(match['domain'] + path)}{trailing.group() if trailing else ''} "


RULES = (
    Rule(r"\b([\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})\b", lambda match: f" {aloud(match[1])} "),
    Rule(r"\bhttps?://(?:www\.)?(?P<domain>[\w.:-]{1,200})(?P<path>/\S*)?", address),
    Rule(rf"\b(?:www\.)?(?P<domain>{DOMAIN})(?P<path>/\S*)?", address),
    Rule(r"(?<![\w@])@(\w{2,30})", lambda match: f" at {aloud(match[1])}"),
    Rule(r"(?<![\w#&])#([A-Za-z]\w{1,60})", r" hashtag \1"),
    Rule(
        r"\b([\w-]{1,60})\.(txt|pdf|png|jpe?g|gif|mp[34]|wav|py|js|md|html?|csv|json|zip|exe|docx?|xlsx?)\b",
        r"\1 dot \2",
        re.IGNORECASE,
    ),
)
