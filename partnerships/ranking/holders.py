"""Load countries and organisations with records about a request, in one query."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from partnerships.ranking.countries import country_facts
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.loading import Gathered, run
from partnerships.ranking.starting_points import (
    Evidence,
    Holder,
    HolderKind,
    Record,
    StartingPoint,
    starting_points,
)
from partnerships.ranking.statements import named
from repository.places.country_names import country_name

# A case without a city is about its countries, and without either about its organisations, as on
# its page. User input is always passed as a parameter.
HOLDERS = f"""
WITH {named("asked_")},
offer_part (id, bits) AS (
    SELECT offer_id, bits FROM partnerships_offer_practices JOIN practice USING (practice_id)
    UNION ALL SELECT offer_id, bits FROM partnerships_offer_themes JOIN theme USING (theme_id)
),
need_part (id, bits) AS (
    SELECT need_id, bits FROM partnerships_need_practices JOIN practice USING (practice_id)
    UNION ALL SELECT need_id, bits FROM partnerships_need_themes JOIN theme USING (theme_id)
),
suggestion_part (id, bits) AS (
    SELECT suggestion_id, bits FROM partnerships_suggestion_practices
        JOIN practice USING (practice_id)
    UNION ALL
    SELECT suggestion_id, bits FROM partnerships_suggestion_themes JOIN theme USING (theme_id)
),
case_part (id, bits) AS (
    SELECT casestudy_id, bits FROM repository_casestudy_practices JOIN practice USING (practice_id)
    UNION ALL SELECT casestudy_id, bits FROM repository_casestudy_themes JOIN theme USING (theme_id)
    UNION ALL SELECT casestudy_id, bits FROM repository_casestudy_goals JOIN goal USING (goal_id)
),
shown_case (id, bits, slug, title, language) AS (
    SELECT id, bit_or(bits), slug, title, language
    FROM case_part JOIN repository_casestudy study USING (id)
    WHERE status = 'published' AND NOT EXISTS (
        SELECT FROM repository_casestudy_cities WHERE casestudy_id = study.id
    )
    GROUP BY id, slug, title, language
),
record (
    country_id, organization_id, record, id, bits, modalities, title, language, slug, named
) AS (
    SELECT country_id, organization_id, 'offer', id, bit_or(bits), modalities, title, language, '',
        '{{}}'::text[]
    FROM partnerships_offer JOIN offer_part USING (id)
    WHERE status = 'published' AND city_id IS NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
    GROUP BY id
    UNION ALL
    SELECT country_id, NULL, 'need', id, bit_or(bits), '{{}}', title, language, '', '{{}}'
    FROM partnerships_need JOIN need_part USING (id)
    WHERE status = 'published' AND country_id IS NOT NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
    GROUP BY id
    UNION ALL
    SELECT country_id, NULL, 'suggested-' || kind, id, bit_or(bits), '{{}}', title, 'en', '', '{{}}'
    FROM partnerships_suggestion JOIN suggestion_part USING (id)
    WHERE status = 'open' AND country_id IS NOT NULL
    GROUP BY id
    UNION ALL
    SELECT country_id, NULL, 'case', study.id, bits, '{{}}', title, language, slug, ARRAY(
        SELECT CASE acronym WHEN '' THEN name ELSE name || ' (' || acronym || ')' END
        FROM repository_casestudy_organizations link
            JOIN repository_organization organization ON organization.id = link.organization_id
        WHERE link.casestudy_id = study.id ORDER BY link.id
    )
    FROM shown_case study JOIN repository_casestudy_countries ON casestudy_id = study.id
    UNION ALL
    SELECT NULL, organization_id, 'case', study.id, bits, '{{}}', title, language, slug, '{{}}'
    FROM shown_case study JOIN repository_casestudy_organizations ON casestudy_id = study.id
    WHERE NOT EXISTS (
        SELECT FROM repository_casestudy_countries WHERE casestudy_id = study.id
    )
)
SELECT record, record.id, bits::text, modalities, title, language, record.slug, named,
    organization.slug, CASE acronym
        WHEN '' THEN organization.name ELSE organization.name || ' (' || acronym || ')'
    END,
    iso2, country.name, region, coalesce(nullif(intermediate_region, ''), subregion), income_group,
    development, is_ldc, is_lldc, is_sids
FROM record
    LEFT JOIN repository_country country ON iso2 = record.country_id
    LEFT JOIN repository_organization organization ON organization.id = record.organization_id
"""  # noqa: S608


def starting_points_for(gathered: Gathered) -> tuple[StartingPoint, ...]:
    """Return the countries and organisations that have what one request asks for."""
    [ask] = gathered.asks
    return starting_points(ask, holders(ask, gathered), gathered.weights)


def holders(ask: Ask, gathered: Gathered) -> list[Holder]:
    """Load the countries and organisations with a record about a subject of the request."""
    subjects = sorted({wish.about for wish in ask.wishes})
    if not subjects:
        return []
    values = gathered.vocabulary.bits(subjects, "asked_") | {"today": timezone.localdate()}
    evidence: dict[tuple[HolderKind, str], list[Evidence]] = defaultdict(list)
    names: dict[tuple[HolderKind, str], str] = {}
    places: dict[tuple[HolderKind, str], dict[str, Any]] = {}
    for (
        record,
        pk,
        bits,
        modalities,
        title,
        language,
        slug,
        organizations,
        organization,
        organization_name,
        iso2,
        name,
        *facts,
    ) in run(HOLDERS, values):
        if iso2:
            key = (HolderKind.COUNTRY, iso2)
            names[key] = country_name(iso2, default=name)
            places[key] = country_facts(iso2, *facts)
        else:
            key = (HolderKind.ORGANIZATION, organization)
            names[key] = organization_name
        evidence[key].append(
            Evidence(
                record=Record(record),
                pk=pk,
                about=chosen(subjects, bits),
                modalities=frozenset(modalities),
                title=title,
                language=language,
                slug=slug,
                organizations=tuple(organizations),
            )
        )
    return [
        Holder(
            kind=key[0],
            key=key[1],
            name=names[key],
            # Cities have positive primary keys.
            place=Place(pk=-number, is_represented=False, **places.get(key, {})),
            evidence=tuple(evidence[key]),
        )
        for number, key in enumerate(sorted(evidence), start=1)
    ]


def chosen(subjects: Iterable[str], bits: str) -> frozenset[str]:
    return frozenset(about for about, bit in zip(subjects, bits, strict=True) if bit == "1")
