// Command slowest reads the output of `go test -json`, prints what `go test` would print,
// and then lists the ten slowest tests:
//
//	go test -json ./... | go run ./internal/house/slowest
//
// It exits with 1 if a package failed.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// listed is how many tests are listed.
const listed = 10

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64 // seconds; a parallel test's waiting is not counted
}

type timing struct {
	name    string
	seconds float64
}

func main() {
	failed, err := report(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "slowest:", err)
	}
	if failed || err != nil {
		os.Exit(1)
	}
}

// report copies the test run from in to out. It reports whether a package failed.
func report(in io.Reader, out io.Writer) (failed bool, err error) {
	var timings []timing
	kept := map[[2]string][]string{} // what a test printed, by package and test
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF && line == "" {
			break
		}
		if err != nil && err != io.EOF {
			return failed, err
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(out, line) // what the go command itself prints
			continue
		}
		key := [2]string{e.Package, e.Test}
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && e.Output != "PASS\n":
			fmt.Fprint(out, e.Output)
		case e.Action == "output" && !strings.HasPrefix(e.Output, "=== "):
			kept[key] = append(kept[key], e.Output)
		case e.Test == "" && e.Action == "fail":
			failed = true
			flush(out, kept, e.Package)
		case e.Action == "pass" || e.Action == "skip" || e.Action == "fail":
			if e.Action == "fail" {
				fmt.Fprint(out, strings.Join(kept[key], ""))
			}
			delete(kept, key)
			if e.Test != "" && !strings.Contains(e.Test, "/") {
				timings = append(timings, timing{strings.TrimPrefix(e.Package, "shaxiang/") + " " + e.Test, e.Elapsed})
			}
		}
	}
	slices.SortStableFunc(timings, func(a, b timing) int {
		return cmp.Or(cmp.Compare(b.seconds, a.seconds), cmp.Compare(a.name, b.name))
	})
	fmt.Fprintf(out, "== the %d slowest tests\n", min(listed, len(timings)))
	for _, t := range timings[:min(listed, len(timings))] {
		fmt.Fprintf(out, "%8.2fs  %s\n", t.seconds, t.name)
	}
	return failed, nil
}

// flush prints what the unfinished tests of a package printed: they did not end because
// the test process crashed or timed out.
func flush(out io.Writer, kept map[[2]string][]string, pkg string) {
	var names []string
	for key := range kept {
		if key[0] == pkg {
			names = append(names, key[1])
		}
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprint(out, strings.Join(kept[[2]string{pkg, name}], ""))
		delete(kept, [2]string{pkg, name})
	}
}
