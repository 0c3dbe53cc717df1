from django.db import migrations

# Title and text by the titles of the installed English texts (0002 and 0006).
TEXTS = {
    "Not what cities do together here": (
        "Not a partnership between cities",
        "Your request is not something that cities can do together here, such as a purchase, a grant "
        "or recruitment. Describe what you want to learn, show or build with another city.",
    ),
    "The two do not fit after all": (
        "Not a good match",
        "We compared both cities carefully. What the other city can show does not match the request. "
        "We are looking for another city.",
    ),
    "No room this year": (
        "No capacity this year",
        "The city already has as many partners this year as it can work with. You can ask again when "
        "it has capacity.",
    ),
    "Too much at once": (
        "Too many open items",
        "Your city already has many open items here. Finish or close some of them first, then submit "
        "this again.",
    ),
    "Say what you want to reach": (
        "Describe your goal",
        "Describe the situation today and the result you want, with a figure if you have one. This "
        "makes it easier for a partner to answer.",
    ),
    "We need a letter": (
        "Letter required",
        "Send a letter from your office that confirms you represent the city, or send your request "
        "from an official email address of the city.",
    ),
    "Hard to follow": (
        "Unclear",
        "We could not understand what you are looking for or can offer. Use short sentences, as you "
        "would with a colleague in another city.",
    ),
    "It is there already": (
        "Already on the exchange",
        "Your city has already published this here. Edit that entry instead of adding another.",
    ),
    "No longer so": (
        "Out of date",
        "This seems to be out of date. Update it and submit it again.",
    ),
    "Our mistake": (
        "Our mistake",
        "The earlier decision was a mistake, and we have corrected it.",
    ),
    "Why you two": (
        "Why we propose this match",
        "Your cities are working on the same question. Read why we think it is a good match, then "
        "accept or decline. You can ask the other city a question first.",
    ),
    "We could not confirm who you are": (
        "We could not confirm who you are",
        "We could not confirm that you work for this city or organisation. You can send a new request "
        "from an official email address, or with a letter from your office.",
    ),
    "Please send more": (
        "More evidence required",
        "To confirm that you can represent this city or organisation, we need one of these: a letter "
        "from your office, a page of its website that names you, or an email from an official "
        "address. Send a new request with one of them.",
    ),
}
# The first words of the installed texts: those that a broker has edited stay as they are.
INSTALLED = {
    "Not what cities do together here": "What you describe is not something that cities bring",
    "The two do not fit after all": "We have looked at it with care: what the other city can show",
    "No room this year": "The city has as many partners this year as it can work with. You are",
    "Too much at once": "Your city has much under way here already. Finish or close some",
    "Say what you want to reach": "Please say where you stand today and what you want to have",
    "We need a letter": "Please send a letter of your office that says that you speak for",
    "Hard to follow": "We could not follow what you look for or can give. Please say it",
    "It is there already": "Your city has this here already. Please change that one instead",
    "No longer so": "What this says seems to hold no longer. Please bring it up to date.",
    "Our mistake": "The earlier decision was a mistake. We are sorry, and have put it right.",
    "Why you two": "Your cities work on the same question. Please read why we thought",
    "We could not confirm who you are": "We could not confirm that you work for this city or organ",
    "Please send more": "To confirm that you may speak for it we need one of these: a letter of",
}


def reword(apps, schema_editor):
    text = apps.get_model("community", "CannedText")
    rows = text.objects.filter(used_by="brokers", language="en")
    for old, (title, words) in TEXTS.items():
        found = rows.filter(title=old, text__startswith=INSTALLED[old])
        if title == old or not rows.filter(title=title).exists():
            found.update(title=title, text=words)


class Migration(migrations.Migration):
    """Plain words for the installed texts of brokers that nobody has changed."""

    dependencies = [
        ("community", "0005_wording"),
        ("partnerships", "0017_sample_defaults"),
    ]

    operations = [
        migrations.RunPython(reword, migrations.RunPython.noop),
    ]
