"""Translated pages about the site become translations of the English ones.

Each was a row of its own, which did not say what it translated. Its paragraphs are compared with
the English text of the time when it was last changed, or else with the other versions of it.

A part of a page, from one heading to the next, with other paragraphs than in English becomes one
paragraph, which translates the whole part. So does the whole text if it has other headings. Nothing
is lost: readers see this text, marked as out of date, in the place of the first paragraph, and
translators find it there.
"""

import re

from django.db import migrations

# As in repository/translations/paragraphs.py when this was written.
SPACE = " \t\n\r\f\v"
MARK = r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]+"
END = re.compile(rf"\n[ \t\r]*\n|\n(?=[ \t]*{MARK})")
LEAD = re.compile(rf"[{SPACE}]*(?:{MARK})?[{SPACE}]*")
WORDS = re.compile(r"[A-Za-z]|[^\x01-\x7f]")
HEADING = re.compile(r"## ")

# The English texts of that time, for pages that were stored only in other languages.
TEXTS = {
    "about": {
        "title": "About",
        "summary": "Where the collection comes from, who produced the report, how the collection is made and what you can reuse.",
        "body": """\
The South-South City Exchange is a collection of case studies, a community of practice and a partnership desk for cities that work on cross-border e-commerce and digital innovation. **It is not an official site of the United Nations, nor of any organisation named here.**

## Aims

The collection began with a report on fifteen webinars held in 2020. The report aims to share what cities of the global South have learned with other cities of the South, to find where they can work together, and to broker partnerships between them. Its executive summary names a longer-term objective, which this site adopts:

> “establishing an online repository of knowledge and a community of practice of policy makers, practitioners and researchers in promoting e-commerce and digital innovation”

## Organisers and foreword

The webinars were organised by the United Nations Office for South-South Cooperation (UNOSSC) and the China Association of Trade in Services (CATIS), within the Cities Project of UNOSSC, and supported by the China International Center for Economic and Technical Exchanges (CICETE).

The foreword of the report is by Zhang Wei, Chief Advisor of CATIS. According to it, a central aim of the report is to share knowledge and experience with other cities of the global South. The report hopes to contribute to capacity-building in e-commerce and, with the webinars, to expand the partnership base of the Cities Project.

## Findings by region

The report finds that Asia and the Pacific and North America lead in e-commerce, that Africa made gains during the pandemic but lacks infrastructure, and that Latin America is at an early stage. [See the landscape of e-commerce for the figures and their sources.](/landscape/)

## Partnerships after the webinars

In the survey after the webinars, 15 participants answered that they had brokered partnerships because of them. The report doesn’t name these partnerships or describe their results.

## How the collection is made

- The editors of this site write the cases, practices, recommendations and landscape from the report. Each figure has its source and, where known, its place in that source.
- What the editors add is marked “Suggested by the editors”: for a case from the report, the preconditions, advice for replication and Goals; for a practice, the requirements. Other additions are marked “Editors’ note”. The editors also wrote the glossary definitions.
- Where the report gives no information, the page says so. Charts whose data are lost are named, but not drawn.
- Members write their own cases. A moderator reads each case before it is published.

## Rights

The report is copyright UNOSSC/UNDP, all rights reserved. This site uses its facts, figures, names and links, but not its wording. Quotations are marked.

The views in the report are those of its authors and do not necessarily represent those of the United Nations. Designations and maps on this site imply no opinion on the legal status of any country, territory, city or area.
""",
    },
    "contact": {
        "title": "Contact",
        "summary": "How to reach the people who run the exchange.",
        "body": """\
## A page is wrong or unclear

Use [the feedback form](/feedback/). It needs no account. We read every message, but we can’t reply, because we don’t store who sent it.

## A case, a comment or a city’s page

Sign in and leave a comment: authors are notified, and others can read the answer. To correct a case, suggest a change on its page. To report a comment, select “Flag”.

## Your account and your data

Sign in and open [Your data](/accounts/data/) to download or delete what we hold about you. If you can’t sign in, [reset your password](/accounts/password/reset/).

## Security

The address for security reports is in [security.txt](/.well-known/security.txt).

## Who we are not

This is not an official site of the United Nations, nor of any organisation named here. [About](/about/) says where the collection comes from.
""",
    },
    "privacy": {
        "title": "Privacy",
        "summary": "What we store about you, why, for how long, and what you can do about it.",
        "body": """\
## If you only read

You don’t need an account. We count how often each page is viewed per day, without storing anything about readers. Pages load nothing from other companies, and there are no advertisements and no trackers. We don’t log your network address (IP address) with the pages you read; the server in front of the site may log it for a time, which its operator decides.

Recordings and sources may be on other websites. Those have rules of their own.

## Cookies

Reading sets no cookie. These are set only when they are needed:

- **Session** (`sessionid`): keeps you signed in, for two weeks.
- **CSRF** (`csrftoken`): protects forms from being sent by other websites, for a year.
- **Messages** (`messages`): shows a message once, such as “Comment posted”.
- **Sign-up** (`sign-up`): signs you in when you confirm your address in the same browser, for three days.
- **Known device** (`known-device`): lets you sign in while someone else tries wrong passwords for your account, for a year.

## If you create an account

We store your email address, your display name, your profile, and what you write. Your email address is never shown on public pages. You choose who sees each part of your profile. For each active session we store the network address, the browser and the time, so that you can check where you are signed in. If you never confirm your address, the account is deleted after about a week.

We store only a hash of your password. Emails that we have sent are removed after about a day, and failed ones after thirty days. Text that you typed but never saved is deleted after three months.

When you publish a case or an experience for the first time, we ask whether to show your organisation and city with your name.

## If you register for a webinar without an account

We store your name, email address, organisation, place, and gender if you give it. Half a year after the webinar we erase your name, address and organisation. Place and gender stay for the figures.

## If you speak at a webinar

We store your email address to send you the link to your own page, where you decide what is shown. We erase the address a year after your last talk.

## If you represent a city

Requests, proposals and agreements are stored with the city and with the people who acted for it. The form says what is public before you send it.

## If you send feedback

We store the address of the page, your answer and your message, without your name or account. We delete it after a year.

## Your choices

[Your data](/accounts/data/) shows what we hold. You can download all of it, and you can delete your account yourself. Deleting removes your profile, email address, notifications and drafts at once. You decide whether your comments, experiences and cases are erased or stay under “former member”. Change logs no longer identify you.

Backups contain deleted data until they expire. If one is restored, deletions are applied again. Decisions of moderators stay on record, without your name.
""",
    },
    "accessibility": {
        "title": "Accessibility",
        "summary": "What works, what doesn’t yet, and how to tell us about a problem.",
        "body": """\
## What we aim for

We want everyone to be able to use this site, and aim for level AA of the Web Content Accessibility Guidelines (WCAG) 2.2.

- Everything works with a keyboard. Everything except passkeys works without JavaScript.
- Text can be enlarged to twice its size. Pages fit narrow screens.
- The site follows the light, dark and high-contrast settings of your device.
- Maps and charts have the same facts as a list or table.
- Texts in other languages are marked, so that screen readers pronounce them.

## What we know is missing

- The site has been tested with automatic tools and a keyboard, not by an independent auditor.
- Files and recordings that members, speakers and other websites provide may not be accessible. Not every recording has a transcript.
- Most cases are written in English. No native speaker has reviewed their translations yet.

## Report a problem

Use [the feedback form](/feedback/) and say what you wanted to do and what happened. It needs no account.
""",
    },
    "terms": {
        "title": "Terms of use",
        "summary": "What you can expect from the exchange, and what we expect from you.",
        "body": """\
## What this site is

The exchange is a collection of case studies, a community and a partnership desk for cities. It is not an official site of the United Nations, nor of any organisation named here. It gives no legal or financial advice.

## What you read

Figures and statements come from the sources named beside them. We check what we can, and say so where something is not known. Check a figure at its source before you rely on it. Something wrong? [Tell us](/feedback/).

## What you write

- Write what you know, name your sources, and don’t publish what belongs to others or is confidential.
- Be respectful. No advertising, no insults, no personal data about others.
- Say that you represent a city only if you do. We check this before the city’s requests are published.
- Moderators may decline or remove what breaks these rules. They give a reason, and you can appeal: a different moderator reviews it.

What you publish can be read by everyone, and downloaded through the API. You can delete your comments and experiences, and withdraw a case before it is published.

## What you reuse

The report on the 2020 webinars is copyright UNOSSC/UNDP, all rights reserved. Cases by members are their authors’ work. Name the source when you quote, and ask the author before you reuse more. [About](/about/) has the details.

## Partnerships

The exchange introduces cities to each other. What they agree is between them: the exchange is not a party to it and doesn’t guarantee it.

## Availability

The site is offered as it is. It may be unavailable at times, and it may change.
""",
    },
}


def split(text):
    """Return the paragraphs of a text, each after its line breaks, indentation and mark."""
    paragraphs, start, lead = [], 0, ""
    for end in [*(match.span() for match in END.finditer(text)), (len(text), len(text))]:
        begin = LEAD.match(text, start, end[0]).end()
        words = text[begin : end[0]].rstrip(SPACE)
        if words:
            paragraphs.append((lead + text[start:begin], words))
            lead, start = "", begin + len(words)
        lead += text[start : end[1]]
        start = end[1]
    return paragraphs


def parts(text):
    """Return the paragraphs of a text, from one heading to the next."""
    found = [[]]
    for lead, words in split(text):
        if HEADING.match(words):
            found.append([])
        found[-1].append((lead, words))
    return found


def shape(paragraphs):
    """Return what a text and its translation have in common."""
    marks = [lead.strip(SPACE)[:1] for lead, _words in paragraphs]
    return [
        (bool(mark), mark.isdigit(), WORDS.search(words) is not None)
        for mark, (_lead, words) in zip(marks, paragraphs)
    ]


def joined(paragraphs):
    return "".join(lead + words for lead, words in paragraphs).strip(SPACE)


def pairs(english, translated):
    """Return each paragraph of a translation with the English one."""
    before, after = parts(english), parts(translated)
    found = []
    if len(before) == len(after):
        for one, other in zip(before, after):
            if shape(one) == shape(other):
                found += [(a[1], b[1]) for a, b in zip(one, other) if WORDS.search(a[1])]
            else:
                found.append((joined(one), joined(other)))
    by_source = dict(found)
    # Equal English paragraphs have one translation.
    is_whole = len(by_source) == len(set(found)) and all(map(all, found))
    if found and is_whole:
        return list(by_source.items())
    text = translated.strip(SPACE)
    return [(english.strip(SPACE) or text, text)] if text else []


def translate(apps, schema_editor):
    SitePage = apps.get_model("repository", "SitePage")
    for row in SitePage.objects.exclude(language="en").order_by("pk"):
        english = SitePage.objects.filter(topic=row.topic, language="en").first()
        if english is None:
            english = SitePage.objects.create(topic=row.topic, language="en", **TEXTS[row.topic])
        store(apps, row, english)
        row.delete()


def store(apps, row, english):
    """Store the text of a row as the translation of the English page."""
    SitePageEvent = apps.get_model("repository", "SitePageEvent")
    Translation = apps.get_model("repository", "Translation")
    TranslatedParagraph = apps.get_model("repository", "TranslatedParagraph")
    history = list(SitePageEvent.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id"))
    events = SitePageEvent.objects.filter(pgh_obj_id=english.pk).order_by("-pgh_id")
    versions = sorted(
        events, key=lambda event: not history or event.pgh_created_at > history[-1].pgh_created_at
    )
    # The first of the best ones: paragraphs that belong together are not joined.
    version = max(
        versions or [english], key=lambda event: len(pairs(event.body, row.body))
    )
    # Texts by people are not replaced by those of later releases.
    is_initial = len(history) == 1 and history[0].pgh_context_id is None
    translation = Translation.objects.create(
        kind="page",
        object_id=english.pk,
        language=row.language,
        version=getattr(version, "pgh_id", None),
    )
    found = [
        (name, source, text)
        for name in ("title", "summary", "body")
        for source, text in pairs(getattr(version, name), getattr(row, name))
    ]
    TranslatedParagraph.objects.bulk_create(
        TranslatedParagraph(
            translation=translation,
            field=name,
            position=position,
            source=source,
            text=text,
            origin="editors" if is_initial else "person",
        )
        for position, (name, source, text) in enumerate(found)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0018_reviewed_paragraphs"),
    ]

    operations = [
        migrations.RunPython(translate, migrations.RunPython.noop),
    ]
