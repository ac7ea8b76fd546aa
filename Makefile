# Short names for what .ci/run and README.md say in full.
.PHONY: run test ci fuzz

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
