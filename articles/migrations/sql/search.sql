-- What the generated columns of articles_searchdocument are computed with (PostgreSQL's full-text search).

CREATE FUNCTION newsroom_fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(normalize(lower(words), NFKD), '[\u0300-\u036f]', '', 'g');

CREATE FUNCTION newsroom_search_vector(language text, title text, names text, summary text, body text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT setweight(to_tsvector(config, newsroom_fold(title)), 'A')
            || setweight(to_tsvector(config, newsroom_fold(names)), 'B')
            || setweight(to_tsvector(config, newsroom_fold(summary)), 'B')
            || setweight(to_tsvector(config, newsroom_fold(body)), 'C')
        FROM (
            SELECT CASE language WHEN 'ru' THEN 'russian'::regconfig ELSE 'english'::regconfig END
        ) AS by(config)
    );

CREATE FUNCTION newsroom_title_vector(title text, names text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('simple'::regconfig, newsroom_fold(title)), 'A')
        || to_tsvector('simple'::regconfig, newsroom_fold(names));
