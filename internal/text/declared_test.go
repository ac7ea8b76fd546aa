package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shaxiang/internal/text"
)

// declared is what the source of one package says about messages.
type declared struct {
	texts map[string]bool // every text that stands in the source
	given map[string]bool // those that a function is called with
	makes map[string]bool // functions of the package that take an ID and the arguments
	calls []*ast.CallExpr
}

// TestMessagesHaveWords reads the source of all packages: every ID has words and is used,
// begins with the name of its package, and every placeholder has an argument.
func TestMessagesHaveWords(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("messages.yaml")
	if err != nil {
		t.Fatal(err)
	}
	table, err := text.ReadTable(data)
	if err != nil {
		t.Fatal(err)
	}
	said := map[text.ID]bool{}
	for dir, d := range readPackages(t, filepath.Join("..", "..")) {
		for id := range d.texts {
			switch {
			case !isID(path.Base(dir), id):
			case table[text.ID(id)] != (text.Words{}):
				said[text.ID(id)] = true
			case d.given[id]:
				t.Errorf("%s: messages.yaml has no words for %q", dir, id)
			}
		}
		for id, uses := range d.uses(path.Base(dir)) {
			for _, template := range []string{table[text.ID(id)].English, table[text.ID(id)].Chinese} {
				checkPlaceholders(t, dir+": "+id, template, uses)
			}
		}
	}
	for id := range table {
		if !said[id] {
			t.Errorf("%s is never said by the package of its name", id)
		}
	}
	if len(said) < 25 {
		t.Errorf("only %d messages were found", len(said))
	}
}

func checkPlaceholders(t *testing.T, where, template string, uses [][]string) {
	placeholders, err := text.Placeholders(template)
	if err != nil {
		t.Errorf("%s: %v", where, err)
	}
	for _, names := range uses {
		for _, p := range placeholders {
			if !slices.Contains(names, p) {
				t.Errorf("%s: the words have {%s}, and a call of Say gives only %v", where, p, names)
			}
		}
	}
}

func readPackages(t *testing.T, root string) map[string]*declared {
	all := map[string]*declared{}
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && (e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 2) {
			return cmpErr(err, filepath.SkipDir)
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		if path.Base(dir) == "text" {
			return nil
		}
		if all[dir] == nil {
			all[dir] = &declared{texts: map[string]bool{}, given: map[string]bool{}, makes: map[string]bool{"Say": true, "Fail": true}}
		}
		all[dir].read(file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (d *declared) read(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if takesMessage(n) {
				d.makes[n.Name.Name] = true
			}
		case *ast.CallExpr:
			d.calls = append(d.calls, n)
			for _, a := range n.Args {
				d.given[literal(a)] = true
			}
		case *ast.BasicLit:
			d.texts[literal(n)] = true
		}
		return true
	})
}

// takesMessage reports whether a function takes an ID and then any arguments, and adds none.
func takesMessage(f *ast.FuncDecl) bool {
	list := f.Type.Params.List
	if len(list) < 2 || !isText(list[len(list)-2].Type, "ID") || f.Body == nil {
		return false
	}
	if _, variadic := list[len(list)-1].Type.(*ast.Ellipsis); !variadic {
		return false
	}
	forwards := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Ellipsis.IsValid() {
			forwards = forwards || nameOf(c.Args[len(c.Args)-1]) == list[len(list)-1].Names[0].Name
		}
		return true
	})
	return forwards
}

// isID reports whether a literal has the form of an ID of a package.
func isID(pkg, s string) bool {
	rest, ok := strings.CutPrefix(s, pkg+".")
	return ok && rest != "" && rest != "yaml" && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// isText reports whether a type is a name of this package.
func isText(e ast.Expr, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := s.X.(*ast.Ident)
	return ok && pkg.Name == "text" && s.Sel.Name == name
}

// nameOf returns the name of a constant, or the text of a literal.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return literal(e)
}

// uses returns the argument names of each call that makes a message, by the message's ID,
// unless the arguments come from a list.
func (d *declared) uses(pkg string) map[string][][]string {
	uses := map[string][][]string{}
	for _, n := range d.calls {
		if !d.makes[nameOf(n.Fun)] || n.Ellipsis.IsValid() {
			continue
		}
		for at, arg := range n.Args {
			id := literal(arg)
			if !isID(pkg, id) {
				continue
			}
			names := []string{}
			for i := at + 1; i < len(n.Args); i += 2 {
				names = append(names, literal(n.Args[i]))
			}
			uses[id] = append(uses[id], names)
			break
		}
	}
	return uses
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}
