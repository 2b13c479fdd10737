"""The languages of XTTS-v2: the maximum length of a sentence, abbreviations, and the names of signs."""

from __future__ import annotations

from dataclasses import dataclass

SIGNS = "&@%#$£°"


@dataclass(frozen=True)
class Language:
    """``max_characters`` of a sentence, names of SIGNS, abbreviations in pairs (short, full), whether a comma groups
    thousands."""

    name: str
    max_characters: int
    signs: tuple[str, ...]
    abbreviations: tuple[tuple[str, str], ...] = ()
    english_commas: bool = False


def _language(
    name: str, max_characters: int, signs: str, abbreviations: str = "", english_commas: bool = False
) -> Language:
    pairs = tuple(
        (short, full) for short, _, full in (pair.partition("=") for pair in abbreviations.split(";") if pair)
    )
    return Language(name, max_characters, tuple(signs.split("/")), pairs, english_commas)


LANGUAGES = {
    "en": _language(
        "English", 250, "and/at/percent/hash/dollar/pound/degree",
        "mrs=misess;mr=mister;dr=doctor;st=saint;co=company;jr=junior;maj=major;gen=general;drs=doctors;rev=reverend;"
        "lt=lieutenant;hon=honorable;sgt=sergeant;capt=captain;esq=esquire;ltd=limited;col=colonel;ft=fort", True,
    ),
    "es": _language(
        "Spanish", 239, "y/arroba/por ciento/numeral/dolar/libra/grados",
        "sra=señora;sr=señor;dr=doctor;dra=doctora;st=santo;co=compañía;jr=junior;ltd=limitada",
    ),
    "fr": _language(
        "French", 273, "et/arobase/pour cent/dièse/dollar/livre/degrés",
        "mme=madame;mr=monsieur;dr=docteur;st=saint;co=compagnie;jr=junior;ltd=limitée",
    ),
    "de": _language(
        "German", 253, "und/at/prozent/raute/dollar/pfund/grad", "fr=frau;dr=doktor;st=sankt;co=firma;jr=junior",
    ),
    "it": _language(
        "Italian", 213, "e/chiocciola/per cento/cancelletto/dollaro/sterlina/gradi",
        "sig=signore;dr=dottore;st=santo;co=compagnia;jr=junior;ltd=limitata",
    ),
    "pt": _language(
        "Portuguese", 203, "e/arroba/por cento/cardinal/dólar/libra/graus",
        "sra=senhora;sr=senhor;dr=doutor;dra=doutora;st=santo;co=companhia;jr=júnior;ltd=limitada",
    ),
    "pl": _language(
        "Polish", 224, "i/małpa/procent/krzyżyk/dolar/funt/stopnie", "p=pani;m=pan;dr=doktor;sw=święty;jr=junior",
    ),
    "tr": _language("Turkish", 226, "ve/at/yüzde/diyez/dolar/sterlin/derece", "b=bay;byk=büyük;dr=doktor"),
    "ru": _language(
        "Russian", 182, "и/собака/процентов/номер/доллар/фунт/градус", "г-жа=госпожа;г-н=господин;д-р=доктор", True,
    ),
    "nl": _language(
        "Dutch", 251, "en/bij/procent/hekje/dollar/pond/graden", "dhr=de heer;mevr=mevrouw;dr=dokter;jhr=jonkheer",
    ),
    "cs": _language("Czech", 186, "a/na/procento/křížek/dolar/libra/stupně", "dr=doktor;ing=inženýr;p=pan"),
    "ar": _language("Arabic", 166, "و/على/في المئة/رقم/دولار/جنيه/درجة"),
    "zh-cn": _language("Chinese", 82, "和/在/百分之/号/美元/英镑/度"),
    "ja": _language("Japanese", 71, "と/アット/パーセント/ハッシュ/ドル/ポンド/度"),
    "hu": _language(
        "Hungarian", 224, "és/kukac/százalék/kettőskereszt/dollár/font/fok", "dr=doktor;b=bácsi;nőv=nővér",
    ),
    "ko": _language("Korean", 95, "그리고/에/퍼센트/번호/달러/파운드/도"),
    "hi": _language("Hindi", 150, "और/ऐट दी रेट/प्रतिशत/हैश/डॉलर/पाउंड/डिग्री"),
}  # fmt: skip
WITHOUT_DOT = {"ru"}  # languages whose abbreviations end without a full stop
