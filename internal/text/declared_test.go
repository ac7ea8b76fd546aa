package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shaxiang/internal/text"
)

// declared is what the source of one package says about its messages, by the names of the
// constants.
type declared struct {
	ids   map[string]string     // the constant's ID
	words map[string][]string   // its templates
	uses  map[string][][]string // the argument names of each call of Say
	used  map[string]bool       // the constant stands outside of its own declaration and the table
}

// TestMessagesHaveWords reads the source of all packages: every ID has words and is used,
// begins with the name of its package, and every placeholder has an argument.
func TestMessagesHaveWords(t *testing.T) {
	t.Parallel()
	total, owner := 0, map[string]string{}
	for dir, d := range readPackages(t, filepath.Join("..", "..")) {
		for name, id := range d.ids {
			total++
			where := dir + ": " + name
			if !strings.HasPrefix(id, path.Base(dir)+".") {
				t.Errorf("%s is %q; an ID begins with the name of its package", where, id)
			}
			if owner[id] != "" {
				t.Errorf("%s and %s are both %q", where, owner[id], id)
			}
			owner[id] = where
			if d.words[name] == nil {
				t.Errorf("%s has no words", where)
			}
			if !d.used[name] {
				t.Errorf("%s is never said", where)
			}
			for _, template := range d.words[name] {
				checkPlaceholders(t, where, template, d.uses[name])
			}
		}
		for name := range d.words {
			if d.ids[name] == "" {
				t.Errorf("%s: the table has words for %s, which is no constant of type text.ID", dir, name)
			}
		}
	}
	if total < 25 {
		t.Errorf("only %d messages were found", total)
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
			all[dir] = &declared{ids: map[string]string{}, words: map[string][]string{}, uses: map[string][][]string{}, used: map[string]bool{}}
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
		case *ast.ValueSpec:
			if isText(n.Type, "ID") && len(n.Values) == 1 {
				d.ids[n.Names[0].Name] = literal(n.Values[0])
				return false
			}
		case *ast.CompositeLit:
			if isText(n.Type, "Table") {
				d.table(n)
				return false
			}
		case *ast.CallExpr:
			d.call(n)
		case *ast.Ident:
			d.used[n.Name] = true
		}
		return true
	})
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

func (d *declared) table(n *ast.CompositeLit) {
	for _, e := range n.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		id, _ := pair.Key.(*ast.Ident)
		words, _ := pair.Value.(*ast.CompositeLit)
		if id == nil || words == nil {
			continue
		}
		for _, w := range words.Elts {
			if of, ok := w.(*ast.KeyValueExpr); ok {
				d.words[id.Name] = append(d.words[id.Name], literal(of.Value))
			}
		}
	}
}

// call notes the argument names of a call of Say, unless they come from a list.
func (d *declared) call(n *ast.CallExpr) {
	name := ""
	switch f := n.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	if name != "Say" || len(n.Args) == 0 || n.Ellipsis.IsValid() {
		return
	}
	id, ok := n.Args[0].(*ast.Ident)
	if !ok {
		return
	}
	names := []string{}
	for i := 1; i < len(n.Args); i += 2 {
		names = append(names, literal(n.Args[i]))
	}
	d.uses[id.Name] = append(d.uses[id.Name], names)
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}
