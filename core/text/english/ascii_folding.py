"""Any Unicode text -> printable ASCII and the few signs that later steps spell out.

Accents are folded (café -> cafe), typographic quotes and dashes become their plain forms, emoji and
scripts without Latin letters are dropped. Line ends stay: they end sentences.
"""

from __future__ import annotations

import re
import unicodedata

SIGNS = "€£¥₹¢°×÷±§"
REPLACEMENTS = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "‘": "'", "’": "'", "‚": "'", "′": "'", "`": "'", "´": "'", "ʼ": "'",
    "–": "–", "—": "—", "―": "—", "−": "-", "‐": "-", "‑": "-", "‒": "–",
    "…": "...", "•": "\n", "·": " ", "‣": "\n", "▪": "\n",
    "²": " squared", "³": " cubed", "™": "", "®": "", "©": "", "µ": "micro", "μ": "micro",
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "Þ": "Th", "ı": "i", "ﬁ": "fi", "ﬂ": "fl",
    "¿": "", "¡": "", "→": ",", "←": ",", "⇒": ",", "≈": " about ",
    "≤": " at most ", "≥": " at least ", "≠": " is not ",
    "√": " root ", "∞": " infinity ", "π": " pi ", "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3",
    "⅛": " 1/8", "\u2028": "\n", "\u2029": "\n\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\r": "\n",
}  # fmt: skip
TRANSLATION = str.maketrans(REPLACEMENTS)
SPACES = ((re.compile(r"[^\S\n]+"), " "), (re.compile(" ?\n ?"), "\n"), (re.compile("\n{3,}"), "\n\n"))
UNKNOWN = re.compile(rf"[^\n -~–—{SIGNS}]+")


def fold_to_ascii(text: str) -> str:
    """Text with characters from space to ~, line feeds, en and em dashes and SIGNS only."""
    text = text.replace("\r\n", "\n").translate(TRANSLATION)
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = UNKNOWN.sub(" ", plain.replace("\u2044", "/"))
    for run, one in SPACES:
        plain = run.sub(one, plain)
    return plain
