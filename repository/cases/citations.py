"""How to cite a case: in words (APA), and for reference managers (BibTeX, RIS)."""

from dataclasses import dataclass

from repository.models import CaseStudy

SITE = "South-South City Exchange"


@dataclass(frozen=True)
class Citation:
    """One case as it is cited. `url` is absolute, `year` the year it was published.

    `authors` are names as their bearers write them: nobody knows which part is the family's.
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    url: str

    @property
    def apa(self) -> str:
        """APA, 7th edition, section 10.16: a work on a web site, named unless it is the author.

        Names that are not turned round are joined as those of groups.
        """
        *others, last = self.authors
        joint = ", & " if len(others) > 1 else " & "
        names = joint.join(filter(None, [", ".join(others), last]))
        site = "" if self.authors == (SITE,) else f"{SITE}. "
        return f"{names}. ({self.year}). {self.title} [Case study]. {site}{self.url}"

    @property
    def bibtex(self) -> str:
        fields = {
            "author": " and ".join(f"{{{escape_tex(name)}}}" for name in self.authors),
            "title": f"{{{escape_tex(self.title)}}}",
            "year": str(self.year),
            "howpublished": escape_tex(SITE),
            "url": self.url,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}\n}}"

    @property
    def ris(self) -> str:
        """RIS, type ELEC: a page on the web."""
        pairs = [
            ("TY", "ELEC"),
            *(("AU", name) for name in self.authors),
            ("PY", str(self.year)),
            ("TI", self.title),
            ("PB", SITE),
            ("UR", self.url),
            ("ER", ""),
        ]
        return "\n".join(f"{tag}  - {one_line(value)}" for tag, value in pairs)


def cite(case: CaseStudy, *, url: str) -> Citation:
    """The citation of a published case; the site stands for the author of a collected one."""
    year = case.published_at.year
    return Citation(f"ssce-{case.slug}", (SITE,), year, title=case.title, url=url)


# BibTeX counts braces, also those with a backslash before them: these are named instead.
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
    r"""`text` on one line with the characters that mean something to TeX escaped: & → \&."""
    return one_line(text).translate(TEX)


def one_line(text: str) -> str:
    return " ".join(text.split())
