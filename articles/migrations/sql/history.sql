-- Published history is append-only: the database itself lets nobody rewrite it.

CREATE FUNCTION articles_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- The one change an edition allows: a later edition takes its place. The comparison stands in the
-- function, not in the trigger's WHEN: a restored dump may not name a generated column there.
CREATE FUNCTION articles_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_latest AND NOT NEW.is_latest
        AND (to_jsonb(OLD) - 'is_latest' - 'translation_group') = (to_jsonb(NEW) - 'is_latest' - 'translation_group')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON articles_change
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();

CREATE TRIGGER edition_not_deleted BEFORE DELETE ON articles_edition
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();

CREATE TRIGGER edition_immutable BEFORE UPDATE ON articles_edition
    FOR EACH ROW EXECUTE FUNCTION articles_keep_edition();

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON articles_auditentry
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();

-- A version is deleted with its article, as long as nothing of that was published.
CREATE TRIGGER version_immutable BEFORE UPDATE ON articles_version
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();
