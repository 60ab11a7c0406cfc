-- The page store is a cache: it needs no write-ahead log, and what is in it is compressed already.

ALTER TABLE articles_storedpage SET UNLOGGED;
ALTER TABLE articles_storedpage
    ALTER COLUMN plain SET STORAGE EXTERNAL,
    ALTER COLUMN zstd SET STORAGE EXTERNAL,
    ALTER COLUMN gzip SET STORAGE EXTERNAL;
