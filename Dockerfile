# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements.lock ./
RUN /app/.venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY bot bot
COPY knowledge knowledge
COPY manifest manifest
COPY examples examples
RUN /app/.venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .
# Extras of pyproject.toml, with commas: --build-arg EXTRAS=s3,parse
ARG EXTRAS=
RUN if [ -n "$EXTRAS" ]; then /app/.venv/bin/pip install --no-cache-dir --no-build-isolation --editable ".[$EXTRAS]"; fi

FROM python:3.13-slim-bookworm
# Git and ssh: for artifacts that are checked in (DBT_ARTIFACTS=git+https://…, git+ssh://…).
RUN apt-get update && apt-get install --yes --no-install-recommends git openssh-client && rm -rf /var/lib/apt/lists/*
# A user with a passwd entry: the embedded Postgres asks for one.
RUN useradd --create-home --uid 10001 marty && install -d -o marty -g marty /var/lib/marty
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MARTY_HOME=/var/lib/marty PORT=8080
USER marty
WORKDIR /home/marty
VOLUME /var/lib/marty
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["marty"]
CMD ["run"]
