FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 DATA_DIR=/data
WORKDIR /app

# First, so that a change of our code does not install everything again.
COPY requirements.txt .
RUN pip install --disable-pip-version-check -r requirements.txt

COPY . .
RUN useradd --system --uid 1000 ramal && mkdir /data && chown ramal /data
USER ramal
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', 8000)}/health\", timeout=4)"]

# Everything in one process; docker-compose.yml runs one process per task.
CMD ["python", "manage.py", "start", "--host", "0.0.0.0"]
