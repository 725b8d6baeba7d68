# The service. Build: docker build -t precert . - run: see compose.yaml and docs/http.md.
FROM python:3.12-slim AS build
WORKDIR /build
COPY . .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir ".[serve,pdf,postgres]"

FROM python:3.12-slim
COPY --from=build /venv /venv
RUN useradd --system --home-dir /data --create-home precert
USER precert
ENV PATH=/venv/bin:$PATH PRECERT_HOME=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
STOPSIGNAL SIGTERM
# Listening to others is refused until a key or an issuer is set up.
CMD ["precert", "serve", "--host", "0.0.0.0"]
