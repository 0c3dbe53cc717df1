"""Citations of a case: in APA style, and for reference managers (BibTeX, RIS)."""

from dataclasses import dataclass

from repository.models import CaseStudy

SITE = "South-South City Exchange"


@dataclass(frozen=True)
class Citation:
    """The citation of a case. `url` is absolute, `year` is the year of publication.

    `authors` are full names as the authors write them: which part is the family name is unknown.
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    url: str
    # The title and language of the translation that was read.
    translated_title: str = ""
    translated_into: str = ""

    @property
    def apa(self) -> str:
        """Format in APA style (7th edition, section 10.16: webpage on a website).

        The site is named unless it is the author. Full names are joined like names of groups. The
        title of a translation follows the original title in brackets.
        """
        *others, last = self.authors
        joint = ", & " if len(others) > 1 else " & "
        names = joint.join(filter(None, [", ".join(others), last]))
        site = "" if self.authors == (SITE,) else f"{SITE}. "
        titles = f"{self.title} [{self.translated_title}]" if self.translated_title else self.title
        return f"{names}. ({self.year}). {titles} [Case study]. {site}{self.url}"

    @property
    def bibtex(self) -> str:
        fields = {
            "author": " and ".join(f"{{{escape_tex(name)}}}" for name in self.authors),
            "title": f"{{{escape_tex(self.title)}}}",
            "year": str(self.year),
            "howpublished": escape_tex(SITE),
            "url": self.url,
        }
        if self.translated_title:
            title = escape_tex(self.translated_title)
            fields["note"] = f"Read in translation ({self.translated_into}): {title}"
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}\n}}"

    @property
    def ris(self) -> str:
        """Format as RIS, type ELEC (web page)."""
        pairs = [
            ("TY", "ELEC"),
            *(("AU", name) for name in self.authors),
            ("PY", str(self.year)),
            ("TI", self.title),
            *([("TT", self.translated_title)] if self.translated_title else []),
            ("PB", SITE),
            ("UR", self.url),
            ("ER", ""),
        ]
        return "\n".join(f"{tag}  - {one_line(value)}" for tag, value in pairs)


def cite(case: CaseStudy, *, url: str) -> Citation:
    """Return the citation of a published case, with the site as the author."""
    year = case.published_at.year
    return Citation(f"ssce-{case.slug}", (SITE,), year, title=case.title, url=url)


# BibTeX counts even escaped braces, so commands replace them.
TEX = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def escape_tex(text: str) -> str:
    r"""Return `text` on one line with TeX's special characters escaped: & → \&."""
    return one_line(text).translate(TEX)


def one_line(text: str) -> str:
    return " ".join(text.split())
