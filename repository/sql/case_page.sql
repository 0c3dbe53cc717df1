-- The relations of a case as JSON, for its card and its page. The functions are in PL/pgSQL because it
-- plans each statement only once per session, and planning takes longer than execution. They return
-- text because building and serializing jsonb would take twice as long.

-- {"cities": [{slug, name, names, country, latitude, longitude}],
--  "countries": [{iso2, latitude, longitude}],
--  "organizations": [{name, acronym}], "themes": [{slug, name, names}]}
CREATE FUNCTION repository_case_card(case_id bigint) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN json_build_object(
        'cities', ARRAY(
            SELECT json_build_object(
                'slug', x.slug, 'name', x.name, 'names', x.names, 'country', x.country_id,
                'latitude', x.latitude, 'longitude', x.longitude
            )
            FROM repository_casestudy_cities l JOIN repository_city x ON x.id = l.city_id
            WHERE l.casestudy_id = case_id ORDER BY l.id
        ),
        'countries', ARRAY(
            SELECT json_build_object(
                'iso2', x.iso2, 'latitude', x.latitude, 'longitude', x.longitude
            )
            FROM repository_casestudy_countries l
            JOIN repository_country x ON x.iso2 = l.country_id
            WHERE l.casestudy_id = case_id ORDER BY l.id
        ),
        'organizations', ARRAY(
            SELECT json_build_object('name', x.name, 'acronym', x.acronym)
            FROM repository_casestudy_organizations l
            JOIN repository_organization x ON x.id = l.organization_id
            WHERE l.casestudy_id = case_id ORDER BY l.id
        ),
        'themes', ARRAY(
            SELECT json_build_object('slug', x.slug, 'name', x.name, 'names', x.names)
            FROM repository_casestudy_themes l JOIN repository_theme x ON x.id = l.theme_id
            WHERE l.casestudy_id = case_id ORDER BY l.id
        )
    );
END $$;

-- Did all speakers of a webinar consent to being recorded?
CREATE FUNCTION repository_shows_recordings(of_webinar bigint) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM repository_appearance a
        WHERE a.webinar_id = of_webinar AND a.recording_consent NOT IN ('yes', 'then')
    );
END $$;

-- The other relations on the page of a case: {"goals": [numbers]} and lists of rows, whose keys are
-- column names, so that model instances can be created from them: "evidence", "webinars" (where the case
-- was presented), "webinars_about" (other webinars about it), "chapters", "presenters", "practices",
-- "references" and "tags".
CREATE FUNCTION repository_case_page(case_id bigint) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    webinars bigint[] := ARRAY(
        SELECT l.webinar_id FROM repository_casestudy_webinars l
        JOIN repository_webinar x ON x.id = l.webinar_id AND x.status <> 'draft'
        WHERE l.casestudy_id = case_id
    );
BEGIN
    RETURN json_build_object(
        'goals', ARRAY(
            SELECT l.goal_id FROM repository_casestudy_goals l
            WHERE l.casestudy_id = case_id ORDER BY l.goal_id
        ),
        'translated_into', ARRAY(
            SELECT t.language
            FROM repository_translation t
            JOIN repository_translatedparagraph p ON p.translation_id = t.id
            WHERE t.kind = 'case' AND t.object_id = case_id AND p.field = 'title'
            GROUP BY t.language ORDER BY t.language
        ),
        'evidence', ARRAY(
            SELECT row_to_json(figure) FROM (
                SELECT x.*,
                    CASE WHEN r.id IS NOT NULL THEN json_build_object(
                        'id', r.id, 'authors', r.authors, 'year', r.year, 'title', r.title
                    ) END AS reference,
                    CASE WHEN w.id IS NOT NULL THEN json_build_object(
                        'id', w.id, 'number', w.number, 'status', w.status
                    ) END AS webinar
                FROM repository_evidence x
                LEFT JOIN repository_reference r ON r.id = x.reference_id
                LEFT JOIN repository_webinar w ON w.id = x.webinar_id
                WHERE x.case_id = repository_case_page.case_id
            ) AS figure ORDER BY figure.position, figure.id
        ),
        'webinars', ARRAY(
            SELECT json_build_object(
                'id', x.id, 'number', x.number, 'slug', x.slug, 'title', x.title,
                'status', x.status, 'recording', CASE WHEN repository_shows_recordings(x.id) THEN x.recording ELSE '' END
            )
            FROM repository_webinar x JOIN repository_series s ON s.id = x.series_id
            WHERE x.id = ANY (webinars) ORDER BY s.start DESC, s.slug, x.number
        ),
        'webinars_about', ARRAY(
            SELECT json_build_object(
                'id', x.id, 'number', x.number, 'slug', x.slug, 'title', x.title,
                'status', x.status, 'recording', CASE WHEN repository_shows_recordings(x.id) THEN x.recording ELSE '' END
            )
            FROM repository_webinar_cases l JOIN repository_webinar x ON x.id = l.webinar_id
            WHERE l.casestudy_id = case_id AND x.status <> 'draft'
            AND x.id <> ALL (webinars) ORDER BY x.date DESC NULLS LAST, x.id
        ),
        'chapters', ARRAY(
            SELECT json_build_object(
                'id', x.id, 'seconds', x.seconds,
                'webinar', json_build_object('id', y.id, 'number', y.number, 'slug', y.slug)
            )
            FROM repository_chapter x JOIN repository_webinar y ON y.id = x.webinar_id
            WHERE x.case_id = repository_case_page.case_id AND y.status = 'held'
            AND repository_shows_recordings(y.id) ORDER BY y.date DESC NULLS LAST, y.id, x.seconds
        ),
        'presenters', ARRAY(
            SELECT json_build_object(
                'id', x.id, 'webinar_id', x.webinar_id, 'title', x.title,
                'title_source', x.title_source, 'other_title', x.other_title,
                'other_title_source', x.other_title_source,
                'speaker', json_build_object('id', y.id, 'slug', y.slug, 'name', y.name)
            )
            FROM repository_casestudy_speakers l
            JOIN repository_appearance x ON x.speaker_id = l.speaker_id
            JOIN repository_speaker y ON y.id = x.speaker_id
            WHERE l.casestudy_id = case_id AND x.webinar_id = ANY (webinars)
            ORDER BY x.position, x.id
        ),
        'practices', ARRAY(
            SELECT json_build_object('id', x.id, 'slug', x.slug, 'name', x.name, 'needs', x.needs)
            FROM repository_casestudy_practices l
            JOIN repository_practice x ON x.id = l.practice_id
            WHERE l.casestudy_id = case_id ORDER BY x.name
        ),
        'references', ARRAY(
            SELECT row_to_json(x) FROM repository_casestudy_references l
            JOIN repository_reference x ON x.id = l.reference_id
            WHERE l.casestudy_id = case_id ORDER BY x.key
        ),
        'tags', ARRAY(
            SELECT row_to_json(x)
            FROM repository_taggeditem l JOIN repository_tag x ON x.id = l.tag_id
            JOIN django_content_type k ON k.id = l.content_type_id
                AND k.app_label = 'repository' AND k.model = 'casestudy'
            WHERE l.object_id = case_id ORDER BY x.name
        )
    );
END $$;
