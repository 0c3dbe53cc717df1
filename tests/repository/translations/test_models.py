from django.utils.translation import override

from community.models import Registration
from partnerships.models import Offer
from repository.models import TranslatedParagraph, Translation


def label(model, name) -> str:
    return str(model._meta.get_field(name).verbose_name)


def test_fields_that_share_an_english_name_are_translated_apart():
    with override("es"):
        assert label(Translation, "is_reviewed") == "revisada"
        assert label(Offer, "reviewed_at") == "fecha de revisión"
        assert label(TranslatedParagraph, "position") == "posición"
        assert label(Registration, "place") == "cargo"
