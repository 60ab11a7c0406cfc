"""Editions and the log are history: the database itself lets nobody rewrite them."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION articles_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Published history cannot be changed or deleted (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON articles_change
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();

CREATE TRIGGER edition_not_deleted BEFORE DELETE ON articles_edition
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();

-- The one thing that may happen to an edition: a later one takes its place.
CREATE TRIGGER edition_immutable BEFORE UPDATE ON articles_edition
    FOR EACH ROW WHEN (
        NOT (OLD.current AND NOT NEW.current)
        OR (to_jsonb(OLD) - 'current') IS DISTINCT FROM (to_jsonb(NEW) - 'current')
    ) EXECUTE FUNCTION articles_refuse_rewrite();
"""

BACKWARD = """
DROP TRIGGER edition_immutable ON articles_edition;
DROP TRIGGER edition_not_deleted ON articles_edition;
DROP TRIGGER change_append_only ON articles_change;
DROP FUNCTION articles_refuse_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
