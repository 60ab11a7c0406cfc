from django.db import migrations

CREATE = """
CREATE FUNCTION newsroom_fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(normalize(lower(words), NFKD), '[\u0300-\u036f]', '', 'g');

CREATE FUNCTION newsroom_words(headline text, standfirst text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('english'::regconfig, newsroom_fold(headline)), 'A')
        || setweight(to_tsvector('english'::regconfig, newsroom_fold(standfirst)), 'B')
        || setweight(to_tsvector('english'::regconfig, newsroom_fold(body)), 'C');

CREATE INDEX edition_words ON articles_edition
    USING gin (newsroom_words(headline, standfirst, body)) WHERE current;
"""

DROP = """
DROP INDEX edition_words;
DROP FUNCTION newsroom_words(text, text, text);
DROP FUNCTION newsroom_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_rights")]

    operations = [migrations.RunSQL(CREATE, DROP)]
