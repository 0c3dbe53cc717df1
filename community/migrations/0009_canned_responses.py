from django.db import migrations

# The title and text as installed, and as they are now.
TEXTS = [
    (
        "Advertising",
        "What you wrote advertises a product or service. Tell instead what a city did with "
        "it and what came of it.",
        "Advertising",
        "This advertises a product or service. Describe instead what a city did with it and"
        " what the results were.",
    ),
    (
        "Abusive words",
        "What you wrote attacks a person or a group. Say what you disagree with and why, "
        "without attacking anyone.",
        "Abusive text",
        "This attacks a person or a group. Explain what you disagree with and why, without "
        "attacking anyone.",
    ),
    (
        "Off topic",
        "What you wrote is not about this page. You are welcome to post it where it fits.",
        "Off topic",
        "This is not about the topic of this page. You are welcome to post it on a page "
        "where it fits.",
    ),
    (
        "A source is missing",
        "What you wrote states facts for which we found no source. Name the source and send"
        " it again.",
        "Source missing",
        "We found no source for the facts that you state. Add the source and submit your "
        "text again.",
    ),
    (
        "Copied text",
        "Parts of what you wrote are copied from elsewhere. Say it in your own words and "
        "name the source.",
        "Copied text",
        "Parts of your text are copied from elsewhere. Use your own words and name the source.",
    ),
    (
        "Say what did not work",
        "Please add what did not work. Colleagues learn as much from that as from what did.",
        "Add what did not work",
        "Add what did not work. Other cities learn as much from that as from what worked.",
    ),
    (
        "Name what is needed first",
        "Please add what has to be in place first: laws, people, money, connections.",
        "Add requirements",
        "Add what other cities need before they start, such as laws, staff, money or "
        "transport links.",
    ),
    (
        "Hard to understand",
        "We could not follow what you wrote. Please use shorter sentences and explain "
        "abbreviations.",
        "Hard to understand",
        "We could not understand your text. Use shorter sentences and explain abbreviations.",
    ),
    (
        "Already here",
        "This is already in the collection. You are welcome to comment there or to propose "
        "a change.",
        "Already on the exchange",
        "This is already on the exchange. You are welcome to comment there or to suggest a change.",
    ),
    (
        "Personal data",
        "What you wrote names personal data of somebody, such as an address or a telephone "
        "number. Leave it out and send it again.",
        "Personal data",
        "Your text contains personal data, such as an address or a telephone number. Remove"
        " it and submit your text again.",
    ),
    (
        "Out of date",
        "What this says no longer holds. Please bring it up to date.",
        "Out of date",
        "This is out of date. Update it and submit it again.",
    ),
    (
        "Our mistake",
        "The earlier decision was a mistake. We are sorry, and have put it right.",
        "Our mistake",
        "The earlier decision was a mistake, and we have corrected it.",
    ),
]


def reword(apps, schema_editor):
    """Reword the installed texts that no moderator has changed."""
    rows = apps.get_model("community", "CannedText").objects.filter(
        used_by="moderators", language="en"
    )
    for old, text, title, words in TEXTS:
        if title == old or not rows.filter(title=title).exists():
            rows.filter(title=old, text=text).update(title=title, text=words)


class Migration(migrations.Migration):
    """Plain words for the first canned responses of moderators."""

    dependencies = [
        ("community", "0008_submission_document"),
    ]

    operations = [
        migrations.RunPython(reword, migrations.RunPython.noop),
    ]
