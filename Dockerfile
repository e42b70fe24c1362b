# One image for every Airflow service of docker-compose.yml: Airflow, Monitor and its seeds, as an ordinary user.
FROM python:3.12-slim-bookworm

RUN useradd --create-home --uid 50000 monitor \
 && install -d -o monitor -g monitor /opt/airflow /opt/airflow/logs
WORKDIR /opt/monitor

# The locked environment first: it changes less often than the code.
COPY requirements-build.lock requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && python -m pip install --no-cache-dir --require-hashes --no-build-isolation -r requirements.lock

COPY pyproject.toml setup.py README.md LICENSE ./
COPY src ./src
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && apt-get purge --yes --auto-remove gcc libc6-dev \
 && rm -rf build src/*.egg-info /var/lib/apt/lists/*
COPY seeds ./seeds
COPY sql ./sql
COPY dags ./dags

ENV MONITOR_ROOT=/opt/monitor \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/monitor/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    PYTHONUNBUFFERED=1
USER monitor
