-- What publishing asks while it holds the log's lock, as functions: a connection keeps their plans, which
-- take longer to make than to run.

-- Everything that a snapshot of an article and the pages published with it are made from, or the page of
-- one row, as one value: for each row where it is and which transaction wrote it, which no other row ever
-- has together. Arrays and OFFSET 0 keep it to indexes however many people there are.
CREATE FUNCTION newsroom_rows_behind(
    of_article uuid, of_event uuid, of_row uuid, pictures uuid[], articles uuid[], events uuid[],
    capacities uuid[], organizations uuid[], topics uuid[]
) RETURNS text LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        WITH RECURSIVE named AS (
            SELECT capacity_id AS id FROM articles_statement WHERE article_id = of_article
            UNION SELECT capacity_id FROM articles_byline WHERE article_id = of_article
            UNION SELECT capacity_id FROM articles_appearance WHERE event_id = of_event
            UNION SELECT unnest(capacities)
        ), speakers AS (
            SELECT speaker_id AS id FROM people_affiliation
            WHERE id = ANY(ARRAY(SELECT id FROM named))
            UNION SELECT id FROM people_speaker WHERE id = of_row
        ), bodies AS (
            SELECT organization_id AS id FROM people_affiliation
            WHERE speaker_id = ANY(ARRAY(SELECT id FROM speakers))
            UNION SELECT organization_id FROM articles_event_organizers WHERE event_id = of_event
            UNION SELECT id FROM people_organization WHERE id = of_row
            UNION SELECT unnest(organizations)
            UNION SELECT parent.id FROM bodies, LATERAL (
                SELECT parent_id AS id FROM people_organization WHERE id = bodies.id OFFSET 0
            ) AS parent
        ), rows AS (
            SELECT tableoid, ctid, xmin FROM articles_statement WHERE article_id = of_article
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_byline WHERE article_id = of_article
            UNION ALL SELECT topic.tableoid, topic.ctid, topic.xmin FROM articles_topic AS topic
                JOIN articles_article_topics ON topic_id = topic.id WHERE article_id = of_article
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_event WHERE id = of_event
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_appearance WHERE event_id = of_event
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_event_organizers
                WHERE event_id = of_event
            UNION ALL SELECT tableoid, ctid, xmin FROM people_affiliation
                WHERE speaker_id = ANY(ARRAY(SELECT id FROM speakers))
            UNION ALL SELECT tableoid, ctid, xmin FROM people_speaker
                WHERE id = ANY(ARRAY(SELECT id FROM speakers))
            UNION ALL SELECT tableoid, ctid, xmin FROM people_speaker
                WHERE merged_into_id = ANY(ARRAY(SELECT id FROM speakers))
            UNION ALL SELECT tableoid, ctid, xmin FROM people_organization
                WHERE id = ANY(ARRAY(SELECT id FROM bodies))
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_picture
                WHERE id = ANY(pictures)
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_edition
                WHERE is_latest AND article_id = ANY(articles)
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_publicpage
                WHERE id = ANY(events)
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_topic
                WHERE id = of_row OR id = ANY(topics)
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_sitepage WHERE id = of_row
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_frontpage WHERE id = of_row
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_frontpick WHERE front_id = of_row
            UNION ALL SELECT tableoid, ctid, xmin FROM articles_article
                WHERE id IN (SELECT article_id FROM articles_frontpick WHERE front_id = of_row)
        )
        SELECT md5(string_agg(concat_ws(' ', tableoid, ctid, xmin), ',' ORDER BY tableoid, ctid))
        FROM rows
    );
END $$;

-- Everything that an article's last two editions name, and the latest ones of their groups: where a list
-- shows one of a group, another of it may have to give way. The keys are those of articles.log.touch_sql.
CREATE FUNCTION newsroom_named_by_edition(of_article uuid, zone text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH own AS (
        SELECT sequence, translation_group FROM articles_edition WHERE article_id = of_article
        ORDER BY sequence DESC LIMIT 2
    ), editions AS (
        SELECT sequence, translation_group, event_id, first_published_at FROM articles_edition
        WHERE sequence IN (SELECT sequence FROM own)
            OR is_latest AND translation_group IN (SELECT translation_group FROM own)
    )
    SELECT translation_group::text FROM editions
    UNION SELECT event_id::text FROM editions WHERE event_id IS NOT NULL
    UNION SELECT to_char(first_published_at AT TIME ZONE zone, 'YYYY-MM') FROM editions
    UNION SELECT speaker_id::text FROM articles_edition_speakers
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT speaker_id::text FROM articles_edition_authors
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT organization_id::text FROM articles_edition_organizations
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT topic_id::text FROM articles_edition_topics
        WHERE edition_id IN (SELECT sequence FROM editions);
END $$;
