# Short names for commands of .ci/run and of the documents.
.PHONY: run test ci fuzz bench soak strength

run:
	go run .

test:
	go test ./...

ci:
	.ci/run

# One minute for each fuzz target, one after the other.
fuzz:
	@go list ./... | while read -r p; do \
	  go test -list '^Fuzz' "$$p" | grep '^Fuzz' | while read -r f; do \
	    go test -run '^$$' -fuzz "^$$f\$$" -fuzztime 60s "$$p" || exit 1; \
	  done || exit 1; \
	done

# The table of docs/performance.md, written there, and then the handlers alone with
# their allocations. The machine should have nothing else to do.
bench:
	go test ./internal/stress -run '^TestTable$$' -table -write -v -timeout 60m
	go test ./handlers -run '^$$' -bench .

# Ten minutes of mixed traffic; heap, goroutines and descriptors at intervals.
soak:
	go test ./internal/stress -run '^TestSoak$$' -soak 10m -v -timeout 30m

# Hostile clients and writes in full, and what others feel of each hostile client:
# the second table of docs/performance.md, written there.
strength:
	go test ./internal/stress -run '^(TestNeighbours|TestManyOnOneConnection|TestIdleConnections|TestWritesUnderLoad)$$' -full -neighbours -write -v -timeout 60m
