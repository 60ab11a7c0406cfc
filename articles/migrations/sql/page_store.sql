-- The page store is a cache: it needs no write-ahead log, and what is in it is compressed already.

ALTER TABLE articles_storedpage SET UNLOGGED;
ALTER TABLE articles_storedpage
    ALTER COLUMN plain SET STORAGE EXTERNAL,
    ALTER COLUMN zstd SET STORAGE EXTERNAL,
    ALTER COLUMN gzip SET STORAGE EXTERNAL;

-- The head of the log; the page with this key, its body in the encoding named or plain; what it depends
-- on has the largest numbers touched and removed. No values where there is none, or of another log.
CREATE FUNCTION newsroom_stored_page(
    key uuid, encoding text, OUT head bigint, OUT head_at timestamptz,
    OUT sequence bigint, OUT dependencies text[], OUT day date, OUT headers text, OUT is_plain boolean,
    OUT body bytea, OUT etag text, OUT modified timestamptz, OUT touched bigint, OUT removed bigint,
    OUT claimed_for bigint, OUT claim_age double precision
) LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN
    SELECT sequence, at INTO head, head_at FROM articles_change ORDER BY sequence DESC LIMIT 1;
    SELECT page.sequence, page.dependencies, page.day, page.headers, page.plain IS NOT NULL,
        coalesce(page.plain, CASE encoding WHEN 'gzip' THEN page.gzip ELSE page.zstd END), page.etag,
        page.modified, last.sequence, last.removed, page.claimed_for,
        extract(epoch FROM clock_timestamp() - page.claimed_at)
    INTO sequence, dependencies, day, headers, is_plain, body, etag, modified, touched, removed,
        claimed_for, claim_age
    FROM articles_storedpage AS page, LATERAL (
        SELECT max(sequence) AS sequence, max(removed) AS removed FROM articles_lastchange
        WHERE articles_lastchange.key = ANY(page.dependencies)
    ) AS last
    WHERE page.id = newsroom_stored_page.key
        AND page.at IS NOT DISTINCT FROM
            (SELECT at FROM articles_change WHERE sequence = page.sequence);
END
$$;
