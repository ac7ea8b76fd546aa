# The image is one static file. Nothing runs in the final stage, so that it can be
# tested without an engine: internal/cli/docker_test.go does what these lines say.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o shaxiang .

FROM scratch
COPY --from=build /src/shaxiang /shaxiang
ENV SHAXIANG_ADDR=0.0.0.0:2012
USER 65532:65532
EXPOSE 2012
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/shaxiang", "readyz"]
ENTRYPOINT ["/shaxiang"]
