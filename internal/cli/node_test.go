package cli

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestNodeClient lets a client in another language, written from the vendors'
// pages alone, sign and call all endpoints of the binary.
func TestNodeClient(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the client in a second language is not run")
	}
	out, err := exec.Command(node, "testdata/node/client.mjs", launch(t).base).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	passed := regexp.MustCompile(`^(\d+) checks passed\n$`).FindSubmatch(out)
	if passed == nil {
		t.Fatalf("%s", out)
	}
	const enough = 200
	if n, err := strconv.Atoi(string(passed[1])); err != nil || n < enough {
		t.Errorf("only %s checks, %v", passed[1], err)
	}
}
