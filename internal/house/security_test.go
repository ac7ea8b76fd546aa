package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSecurityDependencies checks that SECURITY.md names each module of go.mod once with
// its reason, and that modules of the program and of the tests are listed apart.
func TestSecurityDependencies(t *testing.T) {
	inRoot(t)
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var direct, indirect []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+( // indirect)?$`).FindAllStringSubmatch(string(mod), -1) {
		if m[2] == "" {
			direct = append(direct, m[1])
		} else {
			indirect = append(indirect, m[1])
		}
	}
	d := readDocument(t, "SECURITY.md")
	program, tests := d.section(t, "In the program").first(), d.section(t, "In the tests").first()
	same(t, "direct dependencies", slices.Concat(program, tests), direct)
	same(t, "indirect dependencies", d.section(t, "Of these").first(), indirect)
	for _, tab := range d.tables {
		for _, row := range tab.rows {
			if len(row) != 2 || row[1] == "" {
				t.Errorf("SECURITY.md: %v has no reason", row)
			}
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	for _, name := range program {
		if !slices.Contains(linked, name) {
			t.Errorf("SECURITY.md: %s is not in the program", name)
		}
	}
	for _, name := range tests {
		if slices.Contains(linked, name) {
			t.Errorf("SECURITY.md: %s is in the program, not in the tests alone", name)
		}
	}
}

// TestSecretsCompared finds comparisons by == of values that are named like secrets. A
// comparison that grants access must use crypto/subtle, so that its duration does not
// depend on the value. The listed comparisons grant no access; an entry that matches no
// comparison any more is an error.
func TestSecretsCompared(t *testing.T) {
	inRoot(t)
	harmless := map[string]string{
		"catalog/credential.go: f.Role == RoleSecret":               "compares what a field is called",
		"internal/cli/call.go: c.Expect == r.sign":                  "compares two things of the user's own",
		"signature/autopsy/search.go: result == s.sign":             "explains a signature that was refused",
		"signature/autopsy/search.go: s.spelt.spell(sum) == s.sign": "explains a signature that was refused",
	}
	used := map[string]bool{}
	name := regexp.MustCompile(`(?i)(secret|token|sign|password)$`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/webtest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			b, ok := n.(*ast.BinaryExpr)
			if !ok || b.Op != token.EQL && b.Op != token.NEQ || isConstant(b.X) || isConstant(b.Y) {
				return true
			}
			if x, y := source(b.X), source(b.Y); name.MatchString(x) || name.MatchString(y) {
				where := fmt.Sprintf("%s: %s %s %s", filepath.ToSlash(path), x, b.Op, y)
				if used[where] = true; harmless[where] == "" {
					t.Errorf("%s: use crypto/subtle, or list here why this comparison grants no access", where)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for where := range harmless {
		if !used[where] {
			t.Errorf("the list of harmless comparisons has %q, which does not exist any more: remove it", where)
		}
	}
}

// isConstant reports whether an expression is a literal, nil, true or false.
func isConstant(e ast.Expr) bool {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name == "nil" || id.Name == "true" || id.Name == "false"
	}
	_, ok := e.(*ast.BasicLit)
	return ok
}

// source returns the text of an expression.
func source(e ast.Expr) string {
	var b strings.Builder
	_ = printer.Fprint(&b, token.NewFileSet(), e) // a strings.Builder returns no errors
	return b.String()
}
