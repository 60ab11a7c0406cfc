-- Published history is append-only: the database itself lets nobody rewrite it.
--
-- `articles.system_checks` reads the names of the triggers from this file and says when one is missing.
-- Comparisons stand in functions, not in WHEN: a restored dump refuses generated columns there.

CREATE FUNCTION newsroom_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- The one exception: an erasure that two people wanted. It takes the text out of the rows of its own
-- articles, which keep a hash of it, and their headlines out of the articles that embed them. It
-- changes nothing else.

CREATE FUNCTION newsroom_digest(document jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(document::text, 'UTF8')), 'hex')
$$;

-- Only the transaction that confirms an erasure may erase by it.
CREATE FUNCTION newsroom_may_erase(erasure uuid, article uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.articles_erasure
        WHERE (id = erasure OR erasure IS NULL) AND article_ids @> ARRAY[article]
            AND confirmed_at = now()
    )
$$;

-- What an erasure leaves of a snapshot (articles.frozen.erased).
CREATE FUNCTION newsroom_erased(snapshot jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"headline": "Erased", "standfirst": "", "dateline": "", "byline": "", "source": "",
             "body": "", "topics": [], "event": null, "statements": []}'::jsonb
        || jsonb_object_agg(key, value)
    FROM jsonb_each(snapshot)
    WHERE key IN ('id', 'slug', 'language', 'created_at', 'translation_of')
$$;

-- A card of what a body embeds (articles.frozen.EmbedCard) has the headline of another article as
-- its name. Is this one of those that the transaction erases?
CREATE FUNCTION newsroom_is_erased_embed(card jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT card ->> 'record' ~ '^(article|statement)/'
        AND public.newsroom_may_erase(NULL, split_part(card ->> 'record', '/', 2)::uuid)
$$;

CREATE FUNCTION newsroom_without_erased_names(snapshot jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_set(snapshot, '{embeds}', jsonb_agg(
        CASE WHEN public.newsroom_is_erased_embed(card) THEN card || '{"name": "Erased"}'
            ELSE card END ORDER BY place
    ))
    FROM jsonb_array_elements(snapshot -> 'embeds') WITH ORDINALITY AS cards (card, place)
$$;

-- The same for the item that was made of the snapshot (articles.formats.body).
CREATE FUNCTION newsroom_item_without_erased_names(item jsonb, snapshot jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    card jsonb;
    name text;
    link text;
BEGIN
    FOR card IN SELECT * FROM jsonb_array_elements(snapshot -> 'embeds') LOOP
        CONTINUE WHEN NOT public.newsroom_is_erased_embed(card);
        name := replace(replace(replace(card ->> 'name', '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
        name := replace(replace(name, '"', '&quot;'), '''', '&#x27;');
        link := '<p><a href="' || (card ->> 'path') || '">';
        item := jsonb_set(item, '{bodies}', (
            SELECT jsonb_agg(body || jsonb_build_object('value', replace(
                body ->> 'value', link || name || '</a></p>', link || 'Erased</a></p>'
            )) ORDER BY place)
            FROM jsonb_array_elements(item -> 'bodies') WITH ORDINALITY AS bodies (body, place)
        ));
    END LOOP;
    RETURN item;
END $$;

CREATE FUNCTION newsroom_keep_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['confirmed_by_id', 'confirmed_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'An erasure is asked for by one person and confirmed by another.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    ELSIF OLD.confirmed_by_id IS NOT NULL
        OR TG_OP = 'UPDATE' AND (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
    THEN
        RAISE EXCEPTION 'An erasure is confirmed as it was asked for, and stands for ever.'
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'UPDATE' THEN
        NEW.confirmed_at := CASE WHEN NEW.confirmed_by_id IS NOT NULL THEN now() END;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER erasure_kept BEFORE INSERT OR UPDATE OR DELETE ON articles_erasure
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_erasure();
CREATE TRIGGER erasure_not_truncated BEFORE TRUNCATE ON articles_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

-- The log ---------------------------------------------------------------------------------------

CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON articles_change
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER change_not_truncated BEFORE TRUNCATE ON articles_change
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

CREATE FUNCTION newsroom_number_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
    final bigint;
    many bigint;
    last bigint;
BEGIN
    SELECT min(sequence), max(sequence), count(*) INTO first, final, many FROM added;
    last := (
        SELECT coalesce(max(sequence), 0) FROM public.articles_change
        WHERE sequence NOT BETWEEN first AND final
    );
    IF first <> last + 1 OR final <> last + many THEN
        RAISE EXCEPTION 'The log ends at %, so the next numbers are not % to %.', last, first, final
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER change_number_follows AFTER INSERT ON articles_change
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_number_follows();

-- Editions --------------------------------------------------------------------------------------

-- The one change that an edition allows: a later edition takes its place.
CREATE FUNCTION newsroom_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Generated columns are empty in NEW here; they follow from the others.
    free text[] := ARRAY['is_latest', 'translation_group', 'language'];
    erased text[] := ARRAY['headline', 'standfirst', 'body', 'note', 'corrections', 'snapshot',
        'ninjs', 'event_id', 'erasure_id', 'digest', 'translation_group', 'language'];
    named text[] := ARRAY['snapshot', 'ninjs', 'translation_group', 'language'];
    notice text;
BEGIN
    IF OLD.erasure_id IS NULL AND NEW.erasure_id IS NOT NULL
        AND (to_jsonb(OLD) - erased) = (to_jsonb(NEW) - erased)
        AND NEW.digest = public.newsroom_digest(OLD.snapshot)
        AND NEW.snapshot - 'v' = public.newsroom_erased(OLD.snapshot)
        AND (NEW.headline, NEW.standfirst, NEW.body) = ('Erased', '', '')
        AND NEW.corrections = '[]' AND NEW.event_id IS NULL
        AND public.newsroom_may_erase(NEW.erasure_id, OLD.article_id)
    THEN
        notice := (SELECT row.notice FROM public.articles_erasure AS row WHERE id = NEW.erasure_id);
        IF NEW.note = (CASE OLD.status WHEN 'canceled' THEN notice ELSE '' END)
            AND OLD.ninjs @> (NEW.ninjs - ARRAY['v', 'pubStatus', 'edNote', 'descriptions'])
            AND NEW.ninjs ->> 'pubStatus' = 'canceled' AND NEW.ninjs ->> 'edNote' = notice
            AND NEW.ninjs #>> '{descriptions,0,value}' = notice
            AND jsonb_array_length(NEW.ninjs -> 'descriptions') = 1
        THEN
            RETURN NEW;
        END IF;
    ELSIF (to_jsonb(OLD) - named) = (to_jsonb(NEW) - named)
        AND NEW.snapshot = public.newsroom_without_erased_names(OLD.snapshot)
        AND NEW.ninjs = public.newsroom_item_without_erased_names(OLD.ninjs, OLD.snapshot)
    THEN
        RETURN NEW;
    END IF;
    IF NOT OLD.is_latest OR NEW.is_latest
        OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
    THEN
        RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER edition_immutable BEFORE UPDATE ON articles_edition
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_edition();
CREATE TRIGGER edition_not_deleted BEFORE DELETE ON articles_edition
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER edition_not_truncated BEFORE TRUNCATE ON articles_edition
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

CREATE FUNCTION newsroom_one_is_latest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_latest AND NOT NEW.is_latest AND NOT EXISTS (
        SELECT FROM public.articles_edition
        WHERE article_id = OLD.article_id AND is_latest AND version > OLD.version
    ) THEN
        RAISE EXCEPTION 'Edition % of article % has no later one in its place.',
            OLD.version, OLD.article_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER edition_replaced_by_later AFTER UPDATE ON articles_edition
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION newsroom_one_is_latest();

-- What an edition is listed under. It is written with the edition: until the commit, when that gets
-- its leaf (below). Afterwards two speakers may be merged, and an erasure takes away whom it named;
-- its topics stay: by them partners have a right to the tombstone.

CREATE FUNCTION newsroom_listed_with_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.articles_leaf WHERE sequence IN (SELECT edition_id FROM added)) THEN
        RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom_keep_listed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    merged uuid := (
        SELECT merged_into_id FROM public.people_speaker WHERE id = (was ->> 'speaker_id')::uuid
    );
    is_there boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) = was || jsonb_build_object('speaker_id', merged) THEN
            RETURN NEW;
        END IF;
    ELSE
        IF merged IS NOT NULL THEN
            EXECUTE format(
                'SELECT EXISTS (SELECT FROM public.%I WHERE edition_id = $1 AND speaker_id = $2)',
                TG_TABLE_NAME
            ) INTO is_there USING OLD.edition_id, merged;
        END IF;
        IF is_there OR TG_TABLE_NAME <> 'articles_edition_topics' AND EXISTS (
            SELECT FROM public.articles_edition AS edition WHERE sequence = OLD.edition_id
                AND public.newsroom_may_erase(NULL, edition.article_id)
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER edition_speakers_with_edition AFTER INSERT ON articles_edition_speakers
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_listed_with_edition();
CREATE TRIGGER edition_speakers_kept BEFORE UPDATE OR DELETE ON articles_edition_speakers
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_listed();
CREATE TRIGGER edition_speakers_not_truncated BEFORE TRUNCATE ON articles_edition_speakers
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER edition_authors_with_edition AFTER INSERT ON articles_edition_authors
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_listed_with_edition();
CREATE TRIGGER edition_authors_kept BEFORE UPDATE OR DELETE ON articles_edition_authors
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_listed();
CREATE TRIGGER edition_authors_not_truncated BEFORE TRUNCATE ON articles_edition_authors
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER edition_organizations_with_edition AFTER INSERT ON articles_edition_organizations
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_listed_with_edition();
CREATE TRIGGER edition_organizations_kept BEFORE UPDATE OR DELETE ON articles_edition_organizations
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_listed();
CREATE TRIGGER edition_organizations_not_truncated BEFORE TRUNCATE ON articles_edition_organizations
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER edition_topics_with_edition AFTER INSERT ON articles_edition_topics
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_listed_with_edition();
CREATE TRIGGER edition_topics_kept BEFORE UPDATE OR DELETE ON articles_edition_topics
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_listed();
CREATE TRIGGER edition_topics_not_truncated BEFORE TRUNCATE ON articles_edition_topics
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

-- Versions: deleted with their article only -----------------------------------------------------

CREATE FUNCTION newsroom_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased text[] := ARRAY['snapshot', 'erasure_id', 'digest'];
BEGIN
    IF OLD.erasure_id IS NULL AND NEW.erasure_id IS NOT NULL
        AND (to_jsonb(OLD) - erased) = (to_jsonb(NEW) - erased)
        AND NEW.digest = public.newsroom_digest(OLD.snapshot)
        AND NEW.snapshot - 'v' = public.newsroom_erased(OLD.snapshot)
        AND public.newsroom_may_erase(NEW.erasure_id, OLD.article_id)
    THEN
        RETURN NEW;
    ELSIF (to_jsonb(OLD) - 'snapshot') = (to_jsonb(NEW) - 'snapshot')
        AND NEW.snapshot = public.newsroom_without_erased_names(OLD.snapshot)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER version_immutable BEFORE UPDATE ON articles_version
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_version();
CREATE TRIGGER version_not_truncated BEFORE TRUNCATE ON articles_version
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

CREATE FUNCTION newsroom_version_goes_with_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.articles_article WHERE id = OLD.article_id) THEN
        RAISE EXCEPTION 'A version is deleted with its article only (%).', OLD.article_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER version_goes_with_article AFTER DELETE ON articles_version
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION newsroom_version_goes_with_article();

-- The audit log ---------------------------------------------------------------------------------

-- A title is a headline, a note may quote the text: an erasure empties both.
CREATE FUNCTION newsroom_keep_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased text[] := ARRAY['title', 'note'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(OLD) - erased) = (to_jsonb(NEW) - erased)
            AND (NEW.title, NEW.note) = ('Erased', '')
            AND public.newsroom_may_erase(NULL, OLD.object_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON articles_auditentry
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_audit_entry();
CREATE TRIGGER audit_entry_not_truncated BEFORE TRUNCATE ON articles_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();

CREATE FUNCTION newsroom_happens_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.at NOT BETWEEN now() - interval '1 minute' AND clock_timestamp() THEN
        RAISE EXCEPTION 'An audit entry is of this moment, not of %.', NEW.at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_happens_now BEFORE INSERT ON articles_auditentry
    FOR EACH ROW EXECUTE FUNCTION newsroom_happens_now();

-- Speakers, organizations, events, topics: what was ever public is withdrawn, never deleted -------

CREATE FUNCTION newsroom_keep_what_was_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.articles_change WHERE object_id = OLD.id) THEN
        RAISE EXCEPTION 'What was public is withdrawn, not deleted (% %).', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER speaker_kept BEFORE DELETE ON people_speaker
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_what_was_public();
CREATE TRIGGER organization_kept BEFORE DELETE ON people_organization
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_what_was_public();
CREATE TRIGGER event_kept BEFORE DELETE ON articles_event
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_what_was_public();
CREATE TRIGGER site_page_kept BEFORE DELETE ON articles_sitepage
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_what_was_public();
CREATE TRIGGER topic_kept BEFORE DELETE ON articles_topic
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_what_was_public();

-- The tree of hashes (docs/record.md) -----------------------------------------------------------

CREATE FUNCTION newsroom_sha256(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')
$$;

-- What stands in a row of the log, and in its edition if it has one. `item` is what partners get of
-- it; all that strangers do not read is a salted hash. No time depends on the session's zone.
CREATE FUNCTION newsroom_document(c articles_change, e articles_edition, salt text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN e.sequence IS NULL THEN jsonb_build_object('item', c.item)
    ELSE jsonb_build_object('item', e.ninjs, 'kept', public.newsroom_sha256(salt ||
        jsonb_build_array(
            e.article_id, e.version, e.status, e.embargoed_until AT TIME ZONE 'UTC', e.note,
            e.corrections, e.first_sequence, e.first_published_at AT TIME ZONE 'UTC',
            e.published_at AT TIME ZONE 'UTC', e.published_by_id, e.slug, e.headline,
            e.standfirst, e.body, e.snapshot, e.event_id
        )::text)) END::text
$$;

-- The record of a leaf. Its SHA-256 is the entry of the tree.
CREATE FUNCTION newsroom_leaf(c articles_change, e articles_edition, salt text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_object(
        'v', 1, 'sequence', c.sequence, 'at', c.at AT TIME ZONE 'UTC', 'kind', c.kind,
        'id', c.object_id, 'embargoed', c.embargoed, 'edition', e.version, 'salt', salt,
        'document', public.newsroom_sha256(salt || public.newsroom_document(c, e, salt))
    )::text
$$;

-- At the end of the transaction: by then the row has its edition. It runs as the owner of the tables,
-- so the site's role needs no right to insert a leaf (newsroom/database/roles.py).
CREATE FUNCTION newsroom_add_leaf() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.articles_leaf (sequence, salt, entry)
    SELECT c.sequence, salt, sha256(convert_to(public.newsroom_leaf(c, e, salt), 'UTF8'))
    FROM replace(gen_random_uuid()::text, '-', '') AS salt, public.articles_change AS c
    LEFT JOIN public.articles_edition AS e USING (sequence)
    WHERE c.sequence = NEW.sequence;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_has_leaf AFTER INSERT ON articles_change
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION newsroom_add_leaf();

CREATE FUNCTION newsroom_keep_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.erasure_id IS NOT NULL
            AND (NEW.sequence, NEW.entry) = (OLD.sequence, OLD.entry)
            AND EXISTS (
                SELECT FROM public.articles_edition AS e WHERE e.sequence = OLD.sequence AND (
                    public.newsroom_may_erase(NEW.erasure_id, e.article_id)
                    OR EXISTS (
                        SELECT FROM jsonb_array_elements(e.snapshot -> 'embeds') AS card
                        WHERE public.newsroom_is_erased_embed(card)
                    ) AND EXISTS (
                        SELECT FROM public.articles_erasure
                        WHERE id = NEW.erasure_id AND confirmed_at = now()
                    )
                )
            )
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The tree of hashes is written by the database and stands for ever (%).',
        TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER leaf_kept BEFORE INSERT OR UPDATE OR DELETE ON articles_leaf
    FOR EACH ROW EXECUTE FUNCTION newsroom_keep_leaf();
CREATE TRIGGER leaf_not_truncated BEFORE TRUNCATE ON articles_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER subtree_append_only BEFORE UPDATE OR DELETE ON articles_subtree
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER subtree_not_truncated BEFORE TRUNCATE ON articles_subtree
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON articles_checkpoint
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
CREATE TRIGGER checkpoint_not_truncated BEFORE TRUNCATE ON articles_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_refuse();
