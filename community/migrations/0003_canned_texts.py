from django.db import migrations

TEXTS = {
    "en": [
        (
            "spam",
            "Advertising",
            "What you wrote advertises a product or service. Tell instead what a city did with it "
            "and what came of it.",
        ),
        (
            "abuse",
            "Abusive words",
            "What you wrote attacks a person or a group. Say what you disagree with and why, "
            "without attacking anyone.",
        ),
        (
            "off-topic",
            "Off topic",
            "What you wrote is not about this page. You are welcome to post it where it fits.",
        ),
        (
            "wrong",
            "A source is missing",
            "What you wrote states facts for which we found no source. Name the source and send "
            "it again.",
        ),
        (
            "copyright",
            "Copied text",
            "Parts of what you wrote are copied from elsewhere. Say it in your own words and name "
            "the source.",
        ),
        (
            "incomplete",
            "Say what did not work",
            "Please add what did not work. Colleagues learn as much from that as from what did.",
        ),
        (
            "incomplete",
            "Name what is needed first",
            "Please add what has to be in place first: laws, people, money, connections.",
        ),
        (
            "unclear",
            "Hard to understand",
            "We could not follow what you wrote. Please use shorter sentences and explain "
            "abbreviations.",
        ),
        (
            "duplicate",
            "Already here",
            "This is already in the collection. You are welcome to comment there or to propose "
            "a change.",
        ),
        (
            "private",
            "Personal data",
            "What you wrote names personal data of somebody, such as an address or a telephone "
            "number. Leave it out and send it again.",
        ),
        (
            "outdated",
            "Out of date",
            "What this says no longer holds. Please bring it up to date.",
        ),
        (
            "mistake",
            "Our mistake",
            "The earlier decision was a mistake. We are sorry, and have put it right.",
        ),
    ],
    "fr": [
        (
            "spam",
            "Publicité",
            "Votre texte fait de la publicité pour un produit ou un service. Racontez plutôt ce "
            "qu’une ville en a fait et ce qu’il en est résulté.",
        ),
        (
            "abuse",
            "Propos injurieux",
            "Votre texte s’en prend à une personne ou à un groupe. Dites avec quoi vous n’êtes pas "
            "d’accord et pourquoi, sans attaquer personne.",
        ),
        (
            "off-topic",
            "Hors sujet",
            "Votre texte ne porte pas sur cette page. Publiez-le volontiers là où il a sa place.",
        ),
        (
            "wrong",
            "Source manquante",
            "Votre texte avance des faits dont nous n’avons pas trouvé la source. Indiquez-la et "
            "envoyez-le de nouveau.",
        ),
        (
            "copyright",
            "Texte copié",
            "Des passages de votre texte sont copiés d’ailleurs. Dites-le avec vos propres mots et "
            "indiquez la source.",
        ),
        (
            "incomplete",
            "Dire ce qui n’a pas marché",
            "Merci d’ajouter ce qui n’a pas marché. Vos collègues en apprennent autant que de ce "
            "qui a réussi.",
        ),
        (
            "incomplete",
            "Indiquer les conditions préalables",
            "Merci d’ajouter ce qui doit être en place au préalable\N{NO-BREAK SPACE}: lois, "
            "personnes, argent, liaisons.",
        ),
        (
            "unclear",
            "Difficile à comprendre",
            "Nous n’avons pas pu suivre votre texte. Faites des phrases plus courtes et expliquez "
            "les sigles.",
        ),
        (
            "duplicate",
            "Déjà présent",
            "Ceci se trouve déjà dans la collection. Vous pouvez y ajouter un commentaire ou y "
            "proposer une modification.",
        ),
        (
            "private",
            "Données personnelles",
            "Votre texte contient des données personnelles de quelqu’un, comme une adresse ou un "
            "numéro de téléphone. Retirez-les et envoyez-le de nouveau.",
        ),
        (
            "outdated",
            "Périmé",
            "Ce qui est dit ici n’est plus valable. Merci de le mettre à jour.",
        ),
        (
            "mistake",
            "Notre erreur",
            "La décision précédente était une erreur. Nous en sommes désolés et l’avons corrigée.",
        ),
    ],
}


def add_texts(apps, schema_editor):
    text = apps.get_model("community", "CannedText")
    text.objects.bulk_create(
        [
            text(used_by="moderators", language=language, reason=reason, title=title, text=words)
            for language, rows in TEXTS.items()
            for reason, title, words in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    """The first texts that moderators choose from; they may change and delete them."""

    # Until the first release.
    replaces = [
        ('community', '0006_canned_texts'),
    ]

    dependencies = [
        ('community', '0002_contributions'),
    ]

    operations = [
        migrations.RunPython(add_texts, migrations.RunPython.noop),
    ]
