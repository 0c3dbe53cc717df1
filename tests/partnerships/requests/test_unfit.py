import pytest

from partnerships.models import PartnershipRequest
from partnerships.requests.unfit import warnings_about


def about(**texts) -> list[str]:
    return warnings_about(PartnershipRequest(**texts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call +229 97 12 34 56.", ["Phone number in the text: +229 97 12 34 56"]),
        ("Tel. (021) 555-0199-22", ["Phone number in the text: (021) 555-0199-22"]),
        ("Write to ama@city.example today", ["Email address in the text: ama@city.example"]),
        ("We want to buy cameras", ["May be about a purchase: “buy”"]),
        ("Comprar cámaras para hoteles", ["May be about a purchase: “Comprar”"]),
        ("Нам нужна закупка камер", ["May be about a purchase: “закупка”"]),
        ("我们要采购相机", ["May be about a purchase: “采购”"]),
        ("نريد شراء كاميرات", ["May be about a purchase: “شراء”"]),
        ("Parcels", ["Only one word under “Challenge”: Parcels"]),
        ("包裹", ["Only one word under “Challenge”: 包裹"]),
    ],
)
def test_warn_with_what_was_found(text, found):
    assert about(title="Parcels by train", challenge=text) == found


@pytest.mark.parametrize(
    "text",
    [
        "From 2024 – 2026 we shipped 1 200 000 000 parcels, 1.200.000.000 in all.",
        "Between 20 and 100 days; buyers wait 12-14 days.",
        "蜂蜜跨境退货方案",
        "",
    ],
)
def test_do_not_warn_of_years_figures_and_sentences(text):
    assert about(title="Parcels by train", challenge=text) == []
