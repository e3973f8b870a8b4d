"""What a résumé says, as plain data; knows neither how it looks nor where it comes from.

Two documents with the same digest give the same PDF, byte for byte, so that it is made once per content.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

# Part of the digest: raise it whenever the same content would give another PDF.
LAYOUT_VERSION = 1


@dataclass(frozen=True)
class ResumePosition:
    title: str = ""
    company: str = ""
    period: str = ""  # ready to read, such as "2019-03 to today"
    description: str = ""


@dataclass(frozen=True)
class ResumeDocument:
    name: str = ""
    headline: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    location: str = ""
    positions: tuple[ResumePosition, ...] = ()
    skills: tuple[str, ...] = ()
    sourced_by: str = ""  # a sentence; it becomes the foot of each page

    def digest(self) -> str:
        """SHA-256, in hex, of the content and of the layout it would be given."""
        content = {"layout": LAYOUT_VERSION, "resume": asdict(self)}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()
