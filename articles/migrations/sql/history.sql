-- Published history is append-only: the database itself lets nobody rewrite it.
--
-- `articles.system_checks` reads the names of the triggers from this file and says when one is missing.
-- Comparisons stand in functions, not in WHEN: a restored dump refuses generated columns there.

CREATE FUNCTION newsroom_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

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
BEGIN
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
    IF NOT EXISTS (
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

-- Versions: deleted with their article only -----------------------------------------------------

CREATE TRIGGER version_immutable BEFORE UPDATE ON articles_version
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
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

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON articles_auditentry
    FOR EACH ROW EXECUTE FUNCTION newsroom_refuse();
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
