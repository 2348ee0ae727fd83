# The referral server of one shop: docker build -t clientela . && docker run -p 8080:8080 -v /srv/shop:/shop clientela
FROM python:3.13-slim

# What WeasyPrint draws the cards with; nothing else is needed beyond Python.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

COPY . /src
RUN pip install --no-cache-dir --no-compile -c /src/constraints.txt "/src[fast]" && rm -rf /src

# The folder mounted at /shop must be writable by this user: chown -R 10001 /srv/shop
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin shop && install -d -o shop -g shop -m 0700 /shop
USER shop
VOLUME /shop
ENV CLIENTELA_SHOP=/shop PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8080
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]

# --shop before the command: the folder of the volume, whose clientela.toml says the rest.
ENTRYPOINT ["clientela", "--shop", "/shop"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
