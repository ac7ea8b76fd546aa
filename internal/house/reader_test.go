package house

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// The documents are checked against the program: their commands are run, their
// answers are compared, their tables are generated from the catalogue.
//
//	go test ./internal/house -run Docs -update
//
// rewrites the generated tables and the answers.
var update = flag.Bool("update", false, "rewrite the generated parts of the documents")

// TestDocs follows every document as a user does: from top to bottom, in one folder. Each
// command is run, and each file is written.
func TestDocs(t *testing.T) {
	inRoot(t)
	k := newTools(t)
	for name, check := range map[string]func(*testing.T, *tools){"first screen": firstScreen, "settings": settings, "commands": commands} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, k)
		})
	}
	for _, name := range documentNames(t) {
		if name == vendorDocument || name == collectionDocument {
			continue // TestAddingAVendor and TestAddingACollection read them
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := readDocument(t, name)
			before := strings.Join(d.lines, "\n")
			checkRegions(t, d)
			r := &reader{t: t, d: d, s: k.session(t)}
			r.read()
			d.checkLinks(t)
			if after := strings.Join(d.lines, "\n"); *update && after != before {
				d.save(t)
			}
		})
	}
}

// reader is the state of following a document.
type reader struct {
	t *testing.T
	d *document
	s *session
	// out is what the last block of commands wrote to standard output; both also has
	// standard error, after the output of each command.
	out, both string
	screen    bool   // out and both have the first screen, which the next command replaces
	call      string // the last command, to which a table of calls adds arguments
}

func (r *reader) read() {
	at := 0 // a number and not a pointer: an update parses the document again
	for ; at < len(r.d.blocks); at++ {
		b := r.d.blocks[at]
		switch {
		case b.lang == "sh":
			r.shell(b)
		case b.lang == "json" && b.info == "log":
			r.logged(b)
		case b.lang == "json" && b.info == "":
			r.compare(b, squeeze(r.out), squeeze(b.text))
		case b.lang == "text" && b.info == "":
			r.compare(b, tidy(r.both), tidy(b.text))
		case b.lang == "yaml":
			r.yaml(b)
		case b.lang == "go":
			r.golang(b)
		}
		r.calls(at)
	}
}

// notRun matches commands that a test cannot run; TestDocsOutside checks some of them.
var notRun = regexp.MustCompile(`^(docker|git|go test|go install) `)

// starts matches the commands that start the sandbox and do not end.
var starts = regexp.MustCompile(`^(\w+=\S+ )*(go run \.|(\./)?shaxiang)( serve)?( --\w[\w-]*[ =]?[^ -]\S*)*( 2>\S+)?( &)?$`)

var exitComment = regexp.MustCompile(`\s+# exit (\d+)$`)

func (r *reader) shell(b *block) {
	r.out, r.both, r.screen = "", "", false
	text := strings.ReplaceAll(b.text, "\\\n", " ")
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			r.line(b, line)
		}
	}
}

// line runs one line of a shell block. Its exit code must be 0, or the one that a comment
// "# exit 1" names.
func (r *reader) line(b *block, line string) {
	want := 0
	if m := exitComment.FindStringSubmatch(line); m != nil {
		want, _ = strconv.Atoi(m[1])
		line = strings.TrimSuffix(line, m[0])
	} else {
		line = regexp.MustCompile(`\s+# .*$`).ReplaceAllString(line, "")
	}
	switch {
	case notRun.MatchString(line + " "):
		return
	case want == 0 && starts.MatchString(line) && !strings.Contains(line, "--help"):
		r.s.start(r.t, line)
		r.out = r.s.there(r.s.screen.String())
		r.both, r.screen = r.out, true
		return
	}
	if r.s.server == nil {
		r.s.start(r.t, "shaxiang")
	}
	out, errs, code := r.s.run(r.t, line)
	if code != want {
		r.t.Errorf("%s:%d: %s: %s, want %d\n%s%s", r.d.name, b.from, line, exitText(code), want, out, errs)
	}
	if r.screen {
		r.out, r.both, r.screen = "", "", false
	}
	r.out += out
	r.both += out + errs
	r.call = line
}

// logged compares a block with the last line of the log. It waits for the line, because
// the sandbox reloads files in its own time.
func (r *reader) logged(b *block) {
	want := squeeze(b.text)
	for range 200 {
		if like(squeeze(r.s.lastCall()), want) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Errorf("%s:%d: logged\n%s\nthe document has\n%s", r.d.name, b.from, r.s.lastCall(), b.text)
}

// compare compares a block of output with what was printed.
func (r *reader) compare(b *block, got, want string) {
	if r.both == "" {
		r.t.Errorf("%s:%d: a block of output with no command before it; write ```text file or ```json file", r.d.name, b.from)
		return
	}
	if like(got, want) {
		return
	}
	if *update && !strings.Contains(want, "…") && b.info == "" {
		r.d.replace(b.from, b.to, r.fresh(b))
		return
	}
	r.t.Errorf("%s:%d: printed\n%s\nthe document has\n%s", r.d.name, b.from, got, want)
}

// fresh returns the output in the form of the document: indented JSON if it was indented.
func (r *reader) fresh(b *block) string {
	if b.lang == "json" {
		return laidOut(r.out, strings.Contains(b.text, "\n"))
	}
	return tidy(r.both)
}

// filePath matches the first line of a block that is a file.
var filePath = regexp.MustCompile(`^# (\S+\.ya?ml)$`)

// yaml writes a block to the file that its first line names, and lints the file. The steps
// of a workflow are run.
func (r *reader) yaml(b *block) {
	first, _, _ := strings.Cut(b.text, "\n")
	var any yaml.Node
	if err := yaml.Unmarshal([]byte(b.text), &any); err != nil {
		r.t.Errorf("%s:%d: %v", r.d.name, b.from, err)
		return
	}
	m := filePath.FindStringSubmatch(first)
	if m == nil {
		return
	}
	if strings.HasPrefix(m[1], ".github/") {
		r.workflow(b)
		return
	}
	path := filepath.Join(r.s.dir, m[1])
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(r.s.here(b.text)+"\n"), 0o644); err != nil {
		r.t.Fatal(err)
	}
	if strings.Contains(b.text, "\nexpect:") {
		return // a file for verify, which lint does not know; verify checks it
	}
	if out, errs, code := r.s.run(r.t, "shaxiang lint "+m[1]); code != 0 {
		r.t.Errorf("%s:%d: %s\n%s%s", r.d.name, b.from, exitText(code), out, errs)
	}
}

func (r *reader) workflow(b *block) {
	var file struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string
				Dir string `yaml:"working-directory"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(b.text), &file); err != nil || len(file.Jobs) == 0 {
		r.t.Errorf("%s:%d: no jobs: %v", r.d.name, b.from, err)
	}
	for _, job := range file.Jobs {
		for _, step := range job.Steps {
			if step.Dir != "" {
				if err := os.MkdirAll(filepath.Join(r.s.dir, step.Dir), 0o755); err != nil {
					r.t.Fatal(err)
				}
				step.Run = "cd " + step.Dir + " && " + step.Run
			}
			r.shell(&block{from: b.from, text: step.Run})
		}
	}
}

// calls runs the rows of a table of calls that follows block number at. The second column
// is added to the command in the block, the third is the answer, and the first is the kind
// in the log.
func (r *reader) calls(at int) {
	for _, tab := range r.d.tables {
		next := len(r.d.lines)
		if at+1 < len(r.d.blocks) {
			next = r.d.blocks[at+1].from
		}
		b := r.d.blocks[at]
		if tab.line < b.to || tab.line > next || b.lang != "sh" || tab.head[len(tab.head)-1] != "answer" && tab.head[len(tab.head)-1] != "应答" {
			continue
		}
		call := r.call
		for i, row := range tab.rows {
			out, _, _ := r.s.run(r.t, call+" "+code(row[1]))
			out = strings.TrimSpace(out)
			if !strings.Contains(r.s.lastCall(), `"kind":"`+code(row[0])+`"`) {
				r.t.Errorf("%s:%d: %s: logged %s", r.d.name, tab.line+3+i, row[1], r.s.lastCall())
			}
			if out != code(row[2]) && *update {
				line := tab.line + 2 + i
				row[2] = "`" + out + "`"
				r.d.lines[line] = "| " + strings.Join(row, " | ") + " |"
				continue
			}
			if out != code(row[2]) {
				r.t.Errorf("%s:%d: %s: answered %s, the document has %s", r.d.name, tab.line+3+i, row[1], out, row[2])
			}
		}
	}
}

func code(cell string) string { return strings.Trim(cell, "`") }

// golang checks that Go code is part of example_test.go. A whole file is run as a test of
// a module of its own.
func (r *reader) golang(b *block) {
	if goPath.MatchString(b.text) {
		return // a file of the repository, which TestAddingAVendor writes
	}
	if strings.HasPrefix(b.text, "package ") {
		r.module(b)
		return
	}
	own, err := os.ReadFile("example_test.go")
	if err != nil {
		r.t.Fatal(err)
	}
	flat := func(s string) string { return regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(s, "") }
	if !strings.Contains(flat(string(own)), flat(b.text)) {
		r.t.Errorf("%s:%d: example_test.go has no such code", r.d.name, b.from)
	}
}

// module runs a whole file as a module of its own. A file that imports this module gets
// the two lines for go.mod that docs/testing.md has.
func (r *reader) module(b *block) {
	dir := r.t.TempDir()
	files := map[string]string{"go.mod": "module example.com/shop\n\ngo 1.24\n", "shop_test.go": b.text + "\n"}
	if strings.Contains(b.text, "\"shaxiang/") {
		root, err := os.Getwd()
		if err != nil {
			r.t.Fatal(err)
		}
		files["go.mod"], files["go.sum"] = r.requiring(root)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-vet=all", "./...")
	cmd.Dir = dir
	// The folder of the program comes last: its go is a stand-in.
	cmd.Env = append(slices.Clone(os.Environ()), "GOFLAGS=-mod=mod", "GOWORK=off",
		"PATH="+os.Getenv("PATH")+":"+filepath.Join(r.s.tools.dir, "bin"))
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Errorf("%s:%d: %v\n%s", r.d.name, b.from, err, out)
	}
}

// requiring returns go.mod and go.sum of a module that requires this one from a checkout
// in root. What `go mod tidy` would add to them is taken from the files of this module.
func (r *reader) requiring(root string) (mod, sum string) {
	own, err := os.ReadFile("go.mod")
	if err != nil {
		r.t.Fatal(err)
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		r.t.Fatal(err)
	}
	i := slices.IndexFunc(r.d.blocks, func(b *block) bool { return strings.HasPrefix(b.text, "require shaxiang ") })
	if i < 0 {
		r.t.Fatalf("%s: no block has the lines for go.mod", r.d.name)
	}
	lines := strings.Replace(r.d.blocks[i].text, "=> ../shaxiang", "=> "+root, 1)
	return strings.Replace(string(own), "module shaxiang", "module example.com/shop", 1) + lines + "\n", string(sums)
}
