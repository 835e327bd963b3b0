# The server in a small image, as nobody. Its program is built without readline, and so is under the ISC license alone.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    g++ cmake ninja-build pkg-config dpkg-dev file gzip \
    libwebsockets-dev libwebsockets-evlib-uv libuv1-dev libcjson-dev libcli11-dev libutf8proc-dev libjemalloc-dev libssl-dev
COPY . /src
RUN cmake -S /src -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DP2PSIG_READLINE=OFF -DP2PSIG_TESTS=OFF \
    && cmake --build /build && cd /build && cpack

FROM debian:bookworm-slim
RUN --mount=type=bind,from=build,source=/build,target=/build \
    apt-get update && apt-get install -y --no-install-recommends /build/p2psig_*.deb && rm -rf /var/lib/apt/lists/*
USER 65534:65534
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD p2psig status -q --timeout 3 --url ":${P2PSIG_PORT:-${PORT:-3000}}"
STOPSIGNAL SIGTERM
ENTRYPOINT ["p2psig"]
CMD ["serve"]
