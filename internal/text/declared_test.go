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
// constants, or by the IDs where they are written out.
type declared struct {
	ids   map[string]string     // the ID
	words map[string][]string   // its templates
	uses  map[string][][]string // the argument names of each call that makes the message
	used  map[string]bool       // it stands outside of its own declaration and the table
	makes map[string]bool       // functions of the package that take an ID and the arguments
	calls []*ast.CallExpr
}

// TestMessagesHaveWords reads the source of all packages: every ID has words and is used,
// begins with the name of its package, and every placeholder has an argument.
func TestMessagesHaveWords(t *testing.T) {
	t.Parallel()
	total, owner := 0, map[string]string{}
	for dir, d := range readPackages(t, filepath.Join("..", "..")) {
		d.resolve()
		for id := range d.used {
			if isID(path.Base(dir), id) && d.ids[id] == "" {
				t.Errorf("%s: no table has words for %q", dir, id)
			}
		}
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
				t.Errorf("%s: the table has words for %s, which is no ID", dir, name)
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
			all[dir] = &declared{ids: map[string]string{}, words: map[string][]string{}, uses: map[string][][]string{}, used: map[string]bool{}, makes: map[string]bool{"Say": true}}
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
		case *ast.FuncDecl:
			if takesMessage(n) {
				d.makes[n.Name.Name] = true
			}
		case *ast.CallExpr:
			d.calls = append(d.calls, n)
			for _, a := range n.Args {
				d.used[literal(a)] = true
			}
		case *ast.Ident:
			d.used[n.Name] = true
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

func (d *declared) table(n *ast.CompositeLit) {
	for _, e := range n.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		id := nameOf(pair.Key)
		words, _ := pair.Value.(*ast.CompositeLit)
		if words == nil {
			continue
		}
		if s := literal(pair.Key); s != "" {
			d.ids[s] = s
		}
		for _, w := range words.Elts {
			if of, ok := w.(*ast.KeyValueExpr); ok {
				d.words[id] = append(d.words[id], literal(of.Value))
			}
		}
	}
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

// resolve notes the argument names of each call that makes a message, unless they come
// from a list.
func (d *declared) resolve() {
	for _, n := range d.calls {
		if !d.makes[nameOf(n.Fun)] || n.Ellipsis.IsValid() {
			continue
		}
		for at, arg := range n.Args {
			name := nameOf(arg)
			if d.ids[name] == "" {
				continue
			}
			names := []string{}
			for i := at + 1; i < len(n.Args); i += 2 {
				names = append(names, literal(n.Args[i]))
			}
			d.uses[name] = append(d.uses[name], names)
			break
		}
	}
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}
