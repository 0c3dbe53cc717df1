import hashlib
import re
from collections import defaultdict

from django.db import migrations

# The installed French responses by title: the title of the English one as installed, the digest of
# the French text, and that of the English title and text as they are now if nobody has edited them.
INSTALLED = {
    "moderators": {
        "Publicité": (
            "Advertising",
            "0ce683879b088b3c5201c68cdd167099",
            "e02e44273d39d00022ad3ee7166e20cd",
        ),
        "Propos injurieux": (
            "Abusive words",
            "f2364afd67c8658598813f9da0966d7d",
            "c159cb2b389b2bb7c6337ba3ee55aa2c",
        ),
        "Hors sujet": (
            "Off topic",
            "b5553b54727cbabea99c78c9ec9f3fbc",
            "859be6538c2d460c3ca3207187180175",
        ),
        "Source manquante": (
            "A source is missing",
            "dd78155b4649c8623e0b4eca71043993",
            "afcbb38ce96411f846be723a48146051",
        ),
        "Texte copié": (
            "Copied text",
            "2a008285a42ca6fb050580627f4ce877",
            "01d8f3110ef27d8bc7651f4cb2b01ba3",
        ),
        "Dire ce qui n’a pas marché": (
            "Say what did not work",
            "9ad97d093fe84a6e5b48844cc0966a2a",
            "12d71d8b1d041333f84b69b37483c292",
        ),
        "Indiquer les conditions préalables": (
            "Name what is needed first",
            "944089e176ddc7245b48950580868b2d",
            "2bf29065ab3d98d86a6a34f56d4ce2b4",
        ),
        "Difficile à comprendre": (
            "Hard to understand",
            "efe4a8c69f911d046823d6023ee79a89",
            "7a59a7512fe16106cb780fc15ac7c358",
        ),
        "Déjà présent": (
            "Already here",
            "88646b193aa41471ab6bf6f4178879df",
            "2cfbc081acc5c26c2ef1c20940e18ad0",
        ),
        "Données personnelles": (
            "Personal data",
            "e71df447294307db63c6989a312da67c",
            "a567eb3f39d908bd7f4bc5438949a687",
        ),
        "Périmé": (
            "Out of date",
            "d243d6613abeab399b9aac33d234db85",
            "6588febd2cb9c86b0b35fa8f31747068",
        ),
        "Notre erreur": (
            "Our mistake",
            "14f5db7ccbcb6ccfd445e428055c5def",
            "675ce4da154d63c7cca58fee6c9ab9a8",
        ),
    },
    "brokers": {
        "Ce que les villes ne font pas ici": (
            "Not what cities do together here",
            "34b712e673c1e7648a9eef35fdc5c53e",
            "9ba292402d3ded4a5e48409318a55ab8",
        ),
        "Les deux villes ne vont pas ensemble": (
            "The two do not fit after all",
            "c287a200908f603bce15dda667206e26",
            "d23b01c191887d07b6dc29da5fd83508",
        ),
        "Plus de place cette année": (
            "No room this year",
            "7c4ce92de5e0b7d33ccbc64c9a3918f3",
            "152355d292f356bb7cf0c097c9cb9f4f",
        ),
        "Trop à la fois": (
            "Too much at once",
            "d4a177bac64f25296e19333b11c1480a",
            "65e2b9585d77f5e29aa2c6ca7f7824ab",
        ),
        "Dire ce que vous voulez atteindre": (
            "Say what you want to reach",
            "d356a744007a5b9e42a0bc42a300ed57",
            "be94a7c9ad5d09038b824aa23a096fd0",
        ),
        "Il nous faut une lettre": (
            "We need a letter",
            "268fdf4638cce484ac003d070f036039",
            "42c0b91c9117e5ba6ccb48290f6bbe63",
        ),
        "Difficile à suivre": (
            "Hard to follow",
            "37c69b7fa3fb3f8f02bbf2cb0a0998ad",
            "bb7487aa15a9676fcdafaacba418ef75",
        ),
        "C’est déjà là": (
            "It is there already",
            "90669e6d93287adc17a225fc406bb813",
            "852ec580c33d38e8019f3a60075c166c",
        ),
        "Ce n’est plus le cas": (
            "No longer so",
            "66fd0d7ba15d3568b70820c3f74b8b96",
            "7c9e8be6665d98571ddcc7b442e3ec3a",
        ),
        "Notre erreur": (
            "Our mistake",
            "14f5db7ccbcb6ccfd445e428055c5def",
            "675ce4da154d63c7cca58fee6c9ab9a8",
        ),
        "Pourquoi vous deux": (
            "Why you two",
            "52fd7aa6ecb7bf42c5e573c459cc634b",
            "93a6297e39082902b8ae0de5a0cab19c",
        ),
        "Nous n’avons pas pu confirmer qui vous êtes": (
            "We could not confirm who you are",
            "731c61a7eb610426bd99edfb968e19c7",
            "a26afd0211775da49b5099e4b8ee3f1f",
        ),
        "Merci d’en envoyer plus": (
            "Please send more",
            "93428069f4ee3b64ae454677d3a5c8ff",
            "28bc83173a71d272144caead40c73c67",
        ),
    },
}

# A paragraph ends at an empty line or before the next item of a list.
MARK = r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]+"
END = re.compile(rf"\n[ \t\r]*\n|\n(?=[ \t]*{MARK})")
SPACE = " \t\n\r\f\v"
LEAD = re.compile(rf"[{SPACE}]*(?:{MARK})?[{SPACE}]*")
WORDS = re.compile(r"[A-Za-z]|[^\x01-\x7f]")


def split(text):
    """Return the paragraphs of a text, each with what is before it."""
    found, start, lead = [], 0, ""
    for end, following in [*(match.span() for match in END.finditer(text)), (len(text), len(text))]:
        begin = LEAD.match(text, start, end).end()
        words = text[begin:end].rstrip(SPACE)
        if words:
            found.append((lead + text[start:begin], words))
            lead, start = "", begin + len(words)
        lead += text[start:following]
        start = following
    return found


def paired(source, text):
    """Return the paragraphs of a text by those of its original.

    None if these do not make up the text again, so that nothing gets lost.
    """
    text = text.replace("\r\n", "\n").strip(SPACE)
    before, after = split(source), split(text)
    pairs = {}
    for (_lead, words), (_other, translated) in zip(before, after):
        if pairs.setdefault(words, translated) != translated:
            return None
    made = "".join(lead + pairs.get(words, "") for lead, words in before)
    is_whole = made.replace("\r\n", "\n").strip(SPACE) == text
    has_words = all(WORDS.search(words) for words in pairs)
    return pairs if is_whole and has_words and len(before) == len(after) else None


def digest(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def convert(apps, schema_editor):
    """Make canned responses in other languages translations of the English ones.

    A response of staff is a translation if there is an English one with the same reason and title.
    Others remain, as originals in their language. Installed ones that nobody has edited are
    deleted: `manage.py prepare` loads translations of the present wording.
    """
    rows = list(apps.get_model("community", "CannedText").objects.order_by("pk"))
    versions = defaultdict(list)
    for event in apps.get_model("community", "CannedTextEvent").objects.order_by("pgh_id"):
        versions[event.id].append(event)
    # Also under earlier titles.
    names = {
        row.pk: {(each.language, each.reason, each.title) for each in [row, *versions[row.pk]]}
        for row in rows
    }
    taken = set()
    for row in rows:
        if row.language == "en":
            continue
        installed = next(
            (
                INSTALLED[row.used_by][title]
                for language, _reason, title in sorted(names[row.pk])
                if language == row.language == "fr" and title in INSTALLED[row.used_by]
            ),
            None,
        )
        title = installed[0] if installed else row.title
        original = next(
            (
                each
                for each in rows
                if (each.used_by, each.language) == (row.used_by, "en")
                and ("en", row.reason, title) in names[each.pk]
                and (each.pk, row.language) not in taken
            ),
            None,
        )
        if original is None:
            continue
        taken.add((original.pk, row.language))
        is_installed = installed is not None and digest(row.text) == installed[1]
        first = next((each for each in versions[original.pk] if each.title == title), original)
        is_unchanged = installed is not None and installed[2] == digest(
            f"{original.title}\n{original.text}"
        )
        if is_installed and row.title in INSTALLED[row.used_by] and is_unchanged:
            row.delete()
        elif translate(apps, row, first if is_installed else original, is_installed):
            row.delete()


def translate(apps, row, original, is_installed):
    """Store a response as the translation of another one; return whether that was possible.

    `original` is the English one as it was when the row was written.
    """
    found = []
    for field in ("title", "text"):
        pairs = paired(getattr(original, field), getattr(row, field))
        if pairs is None:
            return False
        found += [(field, source, text) for source, text in pairs.items()]
    versions = apps.get_model("community", "CannedTextEvent").objects.filter(id=original.id)
    translation = apps.get_model("repository", "Translation").objects.create(
        kind="canned",
        object_id=original.id,
        language=row.language,
        version=versions.order_by("-pgh_id").values_list("pgh_id", flat=True).first(),
    )
    apps.get_model("repository", "TranslatedParagraph").objects.bulk_create(
        translation.paragraphs.model(
            translation=translation,
            field=field,
            position=position,
            source=source,
            text=text,
            origin="editors" if is_installed else "person",
        )
        for position, (field, source, text) in enumerate(found)
    )
    return True


class Migration(migrations.Migration):
    """One row for each canned response of moderators and brokers, with translations."""

    dependencies = [
        ("community", "0018_language_reviewer_rights"),
        ("partnerships", "0021_text_factor"),
        ("repository", "0018_reviewed_paragraphs"),
    ]

    operations = [
        migrations.RunPython(convert, migrations.RunPython.noop),
    ]
