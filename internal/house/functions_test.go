package house

import (
	"bufio"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The largest numbers of our own functions that one warm call may enter. A reader who asks
// why a call answers as it does has to follow these functions. The aims are 130 for a query
// and 150 for a push; lower these numbers when the code gets there.
const (
	maxQueryFunctions = 130
	maxPushFunctions  = 175
)

// TestFunctionsOfACall counts the functions that one warm call enters: those that a run of
// the program with more calls entered more often than a run with fewer calls. Functions are
// counted as go tool cover -func does: declared ones, without literals. Each query has
// another window, as those of a real client do.
func TestFunctionsOfACall(t *testing.T) {
	inRoot(t)
	if os.Getenv("CI") == "" {
		t.Skip("builds the program a second time; runs where CI is set")
	}
	k := newTools(t)
	program := filepath.Join(k.dir, "bin", "covered")
	if out, err := exec.Command("go", "build", "-cover", "-covermode=atomic", "-coverpkg=shaxiang/...", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build -cover: %v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		call, answer string
		most         int
	}{
		"query of two rows": {`sales.Payment.queryWithDetail start_time="2022-12-28 16:40:00" end_time="2022-12-28 16:47:$N" --page-size 2`,
			`"payment_no"`, maxQueryFunctions},
		"push of one row": {`finance.RawPayment.push shop_no=POS order_no=0Be1tqsxdb pay_order_no=P-$N type=1 in_amount=1`,
			`"status":0`, maxPushFunctions},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const warm, more = 5, 10
			first, second := k.counts(t, c.call, c.answer, warm), k.counts(t, c.call, c.answer, warm+more)
			var entered []string
			for f, n := range second {
				if n-first[f] >= more {
					entered = append(entered, f)
				}
			}
			slices.Sort(entered)
			files := map[string]bool{}
			for _, f := range entered {
				file, _, _ := strings.Cut(f, ":")
				files[file] = true
			}
			t.Logf("a warm %s enters %d functions in %d files:\n%s", name, len(entered), len(files), strings.Join(entered, "\n"))
			if len(entered) > c.most {
				t.Errorf("a warm %s enters %d functions, more than %d", name, len(entered), c.most)
			}
			if len(entered) < 20 {
				t.Errorf("only %d functions were counted", len(entered))
			}
		})
	}
}

// counts starts the covered program, makes n calls, and returns how often each function
// was entered. $N in a call is replaced by a number of two digits.
func (k *tools) counts(t *testing.T, call, answer string, n int) map[string]int {
	t.Helper()
	s := k.session(t)
	data := t.TempDir()
	s.start(t, "GOCOVERDIR="+data+" covered")
	for i := range n {
		out, errs, code := s.run(t, "shaxiang call "+strings.ReplaceAll(call, "$N", fmt.Sprint(10+i)))
		if code != 0 || !strings.Contains(out, answer) {
			t.Fatalf("%s: %s\n%s%s", call, exitText(code), out, errs)
		}
	}
	if err := s.server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.server.Wait(); err != nil {
		t.Fatal(err)
	}
	s.server = nil
	profile := filepath.Join(t.TempDir(), "profile")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "go", "tool", "covdata", "textfmt", "-i="+data, "-o="+profile).CombinedOutput(); err != nil {
		t.Fatalf("go tool covdata: %v\n%s", err, out)
	}
	return byFunction(t, profile)
}

// byFunction returns the counts of the first block of each function in a profile of
// coverage. Its lines are FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT.
func byFunction(t *testing.T, profile string) map[string]int {
	t.Helper()
	counts := map[string]map[int]int{} // by file and the line of a block's start
	f, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		file, rest, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "shaxiang/"), ".go:")
		var line, column, endLine, endColumn, statements, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &line, &column, &endLine, &endColumn, &statements, &count); !ok || err != nil {
			continue
		}
		if counts[file+".go"] == nil {
			counts[file+".go"] = map[int]int{}
		}
		counts[file+".go"][line*1000+column] = count
	}
	entered := map[string]int{}
	for name, blocks := range counts {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				start := files.Position(fn.Body.Lbrace)
				entered[fmt.Sprintf("%s:%d %s", name, start.Line, fn.Name.Name)] = blocks[start.Line*1000+start.Column]
			}
		}
	}
	return entered
}
