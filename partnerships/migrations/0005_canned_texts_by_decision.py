from django.db import migrations

# The decision for which each of the installed texts is, by its title.
DECISIONS = {
    "Not a partnership between cities": "reviews",
    "Not a good match": "ends",
    "No capacity this year": "ends",
    "Too many open items": "reviews",
    "Describe your goal": "reviews",
    "Letter required": "represent",
    "Unclear": "reviews",
    "Already on the exchange": "reviews",
    "Out of date": "reviews",
    "Why we propose this match": "proposals",
    "We could not confirm who you are": "represent",
    "More evidence required": "represent",
}
NO_ANSWER = {
    "used_by": "ends",
    "reason": "no-answer",
    "language": "en",
    "title": "No answer",
    "text": "We have had no answer, although we asked again. We are looking for another city.",
}


def sort_texts(apps, schema_editor):
    texts = apps.get_model("community", "CannedText").objects
    for title, decision in DECISIONS.items():
        texts.filter(used_by="brokers", title=title).update(used_by=decision)
    texts.get_or_create(**NO_ANSWER)


def merge_texts(apps, schema_editor):
    texts = apps.get_model("community", "CannedText").objects
    texts.filter(used_by="ends", reason="no-answer").delete()
    texts.exclude(used_by="moderators").update(used_by="brokers")


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0003_canned_texts_by_decision"),
        ("partnerships", "0004_candidates"),
    ]

    operations = [migrations.RunPython(sort_texts, merge_texts)]
