#!/bin/sh
# The role of the site, made with the database (compose.yaml); migrate gives it its rights.
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=password="$SITE_PASSWORD" <<'END'
CREATE ROLE site LOGIN PASSWORD :'password';
END
