# The image contains one static file. The final stage runs no command, so that a test can
# follow these lines without a container engine: internal/cli/docker_test.go.
FROM golang:1.26 AS build
ARG GOPROXY
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o shaxiang .

FROM scratch
COPY --from=build /src/shaxiang /shaxiang
COPY --from=build /src/THIRD_PARTY_NOTICES.md /THIRD_PARTY_NOTICES.md
ENV SHAXIANG_ADDR=0.0.0.0:2012
USER 65532:65532
EXPOSE 2012
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/shaxiang", "readyz"]
ENTRYPOINT ["/shaxiang"]
