"""A Django database engine: PostgreSQL, embedded, started by whichever process needs it first."""
