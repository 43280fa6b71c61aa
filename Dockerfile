# The mock and the contracts in one image: docker build --tag mockserver .
# docs/containers.md shows how it is used.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /source
RUN python3 -m venv /opt/mockserver
COPY requirements/runtime.txt requirements/
RUN /opt/mockserver/bin/pip install --disable-pip-version-check --no-cache-dir --require-hashes --only-binary :all: \
    --requirement requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY openapi openapi
COPY mockserver mockserver
COPY contracts contracts
RUN /opt/mockserver/bin/pip install --disable-pip-version-check --no-cache-dir --no-deps . \
    && /opt/mockserver/bin/python -m compileall -q /opt/mockserver/lib

FROM ${PYTHON}
LABEL org.opencontainers.image.title="mockserver" \
    org.opencontainers.image.description="A mock of cloud export-task APIs, and the contract tests that hold it to their documents" \
    org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --create-home --home-dir /mock --shell /usr/sbin/nologin mock
COPY --from=build /opt/mockserver /opt/mockserver
ENV PATH=/opt/mockserver/bin:$PATH PYTHONUNBUFFERED=1
# Where a mockserver.yaml is found that somebody puts there.
WORKDIR /mock
USER 10001:10001
EXPOSE 4010
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=3 CMD mockserver ctl health || exit 1
ENTRYPOINT ["mockserver"]
# Beyond loopback there is a control plane only with MOCKSERVER_CONTROL_TOKEN.
CMD ["serve", "--host", "0.0.0.0"]
