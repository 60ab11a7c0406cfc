# The newsroom as an image: docker build --tag newsroom .
# It runs as a user without rights on a root that cannot be written; see compose.yaml.

FROM python:3.13-slim-trixie AS packages
COPY requirements.txt /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement /requirements.txt

FROM python:3.13-slim-trixie
# pg_dump and pg_restore of the server's release or newer: manage.py backup needs them.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin newsroom \
    && install --directory --owner=newsroom /srv/media /srv/backups
COPY --from=packages /venv /venv
# With a heap for each thread, glibc's allocator would keep twice the memory (docs/performance.md).
ENV PATH=/venv/bin:$PATH MEDIA_ROOT=/srv/media PYTHONUNBUFFERED=1 \
    GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072
WORKDIR /newsroom
COPY . .
# Settings for this one step; nothing of them stays.
RUN DATABASE_URL=postgres://nobody@localhost/none ALLOWED_HOSTS=localhost \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    python manage.py collectstatic --no-input \
    && python -m compileall -q articles newsroom people
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME ["/srv/media", "/srv/backups"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "deploy/health.py"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
    "--respawn-failed-workers", "--workers-kill-timeout", "20", \
    "--blocking-threads", "32", "newsroom.wsgi:application"]
