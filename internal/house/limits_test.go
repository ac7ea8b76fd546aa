package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// The limits of code that is not a test. A longer file has more than one subject.
const (
	maxPackageLines = 5000
	maxFileLines    = 400
	maxFuncLines    = 80
	maxParameters   = 4
	maxMethods      = 3 // of an interface
)

// overLimit lists what exceeds a limit today, with a reason. An entry for something that
// is within its limit is an error.
var overLimit = map[string]string{
	"parameters fixtures/erp/common/stock.go ClientsMoved": "was a method with four",
}

func TestLimits(t *testing.T) {
	inRoot(t)
	over := map[string]string{}
	check := func(what, name string, size, limit int) {
		if size > limit {
			over[what+" "+name] = fmt.Sprintf("has %d, more than %d", size, limit)
		}
	}
	packages := map[string]int{}
	for name := range sources(t) {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		lines := files.File(file.Pos()).LineCount()
		packages[path.Dir(name)] += lines
		check("file", name, lines, maxFileLines)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				function := name + " " + n.Name.Name
				check("lines", function, files.Position(n.End()).Line-files.Position(n.Pos()).Line+1, maxFuncLines)
				check("parameters", function, n.Type.Params.NumFields(), maxParameters)
				if n.Name.Name == "init" && n.Recv == nil {
					over["init "+name] = "is not allowed"
				}
			case *ast.TypeSpec:
				if i, ok := n.Type.(*ast.InterfaceType); ok {
					check("methods", name+" "+n.Name.Name, i.Methods.NumFields(), maxMethods)
				}
			}
			return true
		})
	}
	for name, lines := range packages {
		check("package", name, lines, maxPackageLines)
	}
	for _, what := range slices.Sorted(maps.Keys(over)) {
		if strings.TrimSpace(overLimit[what]) == "" {
			t.Errorf("%s %s", what, over[what])
		}
	}
	for what := range overLimit {
		if over[what] == "" {
			t.Errorf("overLimit has %q, which is within its limit: remove it", what)
		}
	}
}
