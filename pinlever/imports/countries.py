"""Names of countries → ISO codes: where phone numbers without a country code are at home. Not a full list."""

import unicodedata

import phonenumbers

_NAMES = {
    "AE": "united arab emirates, uae",
    "AR": "argentina",
    "AT": "austria, österreich",
    "AU": "australia",
    "BE": "belgium, belgique, belgië",
    "BG": "bulgaria",
    "BR": "brazil, brasil",
    "CA": "canada",
    "CH": "switzerland, schweiz, suisse, svizzera",
    "CL": "chile",
    "CN": "china, people's republic of china, 中国",
    "CO": "colombia",
    "CY": "cyprus",
    "CZ": "czechia, czech republic, česko",
    "DE": "germany, deutschland",
    "DK": "denmark, danmark",
    "EE": "estonia",
    "EG": "egypt",
    "ES": "spain, españa",
    "FI": "finland, suomi",
    "FR": "france",
    "GB": "united kingdom, uk, great britain, england, scotland, wales, northern ireland",
    "GR": "greece, ελλάδα",
    "HK": "hong kong",
    "HR": "croatia, hrvatska",
    "HU": "hungary, magyarország",
    "ID": "indonesia",
    "IE": "ireland, republic of ireland",
    "IL": "israel, ישראל",
    "IN": "india",
    "IS": "iceland",
    "IT": "italy, italia",
    "JP": "japan, 日本",
    "KE": "kenya",
    "KR": "south korea, korea, republic of korea, 대한민국",
    "LT": "lithuania",
    "LU": "luxembourg",
    "LV": "latvia",
    "MA": "morocco, maroc",
    "MT": "malta",
    "MX": "mexico, méxico",
    "MY": "malaysia",
    "NG": "nigeria",
    "NL": "netherlands, the netherlands, nederland, holland",
    "NO": "norway, norge",
    "NZ": "new zealand",
    "PE": "peru, perú",
    "PH": "philippines",
    "PK": "pakistan",
    "PL": "poland, polska",
    "PT": "portugal",
    "RO": "romania, românia",
    "RS": "serbia",
    "SA": "saudi arabia",
    "SE": "sweden, sverige",
    "SG": "singapore",
    "SI": "slovenia",
    "SK": "slovakia",
    "TH": "thailand",
    "TR": "turkey, türkiye",
    "TW": "taiwan, 台灣",
    "UA": "ukraine, україна",
    "US": "united states, united states of america, usa, u.s.a., u.s., america",
    "VN": "vietnam, việt nam",
    "ZA": "south africa",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split(", ")}


def region_of(country: str) -> str | None:
    """The ISO code of a country's name or code, else None."""
    name = unicodedata.normalize("NFKC", country).strip()
    if name.upper() in phonenumbers.SUPPORTED_REGIONS:
        return name.upper()
    return _CODES.get(name.casefold())
