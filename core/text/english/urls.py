"""E-mail addresses, URLs, handles and file names as they are read aloud: "example.com" -> "example dot com"."""

from __future__ import annotations

import re

from .rules import Rule

TOP_LEVEL_DOMAINS = (
    "com org net edu gov mil int info biz io ai co uk us de fr eu ca au app dev tv me ly gg xyz shop blog".split()
)
DOMAIN = rf"(?:[A-Za-z0-9-]{{1,63}}\.){{1,6}}(?:{'|'.join(TOP_LEVEL_DOMAINS)})\b"
MARK_NAMES = {
    ".": " dot ",
    "/": " slash ",
    "@": " at ",
    "_": " underscore ",
    "+": " plus ",
    "-": " dash ",
    "~": " tilde ",
}


def read_address(text: str) -> str:
    """Punctuation of an address in words; top-level domains of two letters are spelled."""
    words = re.sub(r"[./@_+~-]", lambda match: MARK_NAMES[match.group()], text).split()
    return " ".join(
        spell_domain(word) if after_dot and word in TOP_LEVEL_DOMAINS else word
        for after_dot, word in with_position(words)
    )


def with_position(words: list[str]) -> list[tuple[bool, str]]:
    """(whether the word follows a dot, word)."""
    return [(previous == "dot", word) for previous, word in zip(["", *words], words, strict=False)]


def spell_domain(domain: str) -> str:
    return "-".join(domain.upper()) if len(domain) == 2 and domain not in {"co", "me"} else domain


def read_url(match: re.Match[str]) -> str:
    """A URL without its scheme, www and everything after ? or #."""
    path = re.split(r"[?#]", match["path"] or "")[0].rstrip("/.,;:!)")
    trailing = re.search(r"[.,;:!]*$", match["path"] or "")
    return f" {read_address(match['domain'] + path)}{trailing.group() if trailing else ''} "


RULES = (
    Rule(
        r"\b([\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})\b", lambda match: f" {read_address(match[1])} "
    ),
    Rule(r"\bhttps?://(?:www\.)?(?P<domain>[\w.:-]{1,200})(?P<path>/\S*)?", read_url),
    Rule(rf"\b(?:www\.)?(?P<domain>{DOMAIN})(?P<path>/\S*)?", read_url),
    Rule(r"(?<![\w@])@(\w{2,30})", lambda match: f" at {read_address(match[1])}"),
    Rule(r"(?<![\w#&])#([A-Za-z]\w{1,60})", r" hashtag \1"),
    Rule(
        r"\b([\w-]{1,60})\.(txt|pdf|png|jpe?g|gif|mp[34]|wav|py|js|md|html?|csv|json|zip|exe|docx?|xlsx?)\b",
        r"\1 dot \2",
        re.IGNORECASE,
    ),
)
