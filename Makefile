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

# Writes the tables of docs/performance.md. Nothing else should run on the machine.
#   make bench VERSUS=/path/to/another/build   measures both builds in turns and compares
#                                              them; it prints the tables only
#   PROGRAM=FILE  measures this program, not one that is built from here
#   ROWS=REGEXP   measures these rows only, and prints the tables only
bench:
	go test ./internal/stress -run '^TestTable$$' -table -v -timeout 120m \
	  $(if $(VERSUS),-versus '$(VERSUS)',$(if $(ROWS),,-write)) $(if $(PROGRAM),-program '$(PROGRAM)') $(if $(ROWS),-rows '$(ROWS)')

# Runs ten minutes of mixed traffic, and prints heap, goroutines and descriptors.
soak:
	go test ./internal/stress -run '^TestSoak$$' -soak 10m -v -timeout 30m

# Runs hostile clients and writes in full, and writes the tables of hostile clients and
# messages into docs/performance.md.
strength:
	go test ./internal/stress -run '^(TestNeighbours|TestMessages|TestManyOnOneConnection|TestIdleConnections|TestWritesUnderLoad)$$' -full -neighbours -write -v -timeout 60m
