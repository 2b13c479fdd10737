"""Words that the open dictionaries lack or that this front end says otherwise."""

from __future__ import annotations

EXTRA: dict[str, str] = {
    "ChatGPT": "ʧˌætʤˌipˌitˈi",
    "COVID": "kˈOvˌɪd",
    "GIF": "ɡˈɪf",
    "GitHub": "ɡˈɪthˌʌb",
    "close": "klˈOs2klˈOz",
    "iPad": "ˈIpˌæd",
    "iPhone": "ˈIfˌOn",
    "JPEG": "ʤˈApˌɛɡ",
    "LinkedIn": "lˌɪŋktˈɪn",
    "MacBook": "mˈækbˌʊk",
    "Nguyen": "nəwˈɪn",
    "minute": "mˈɪnət",
    "missis": "mˈɪsɪz",
    "miz": "mˈɪz",
    "NVIDIA": "ɛnvˈɪdiə",
    "OpenAI": "ˌOpənˌAˈI",
    "PayPal": "pˈApˌæl",
    "PyTorch": "pˈItˌɔɹʧ",
    "TikTok": "tˈɪktˌɑk",
    "WhatsApp": "wˈʌtsˌæp",
    "wifi": "wˈIfˌI",
    "YouTube": "jˈutˌub",
    "Zelensky": "zəlˈɛnski",
}
