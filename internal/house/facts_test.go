package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/signature"
	"shaxiang/vendors"
	"shaxiang/vendors/fubei"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// same checks that two lists have the same names, in any order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s: the document does not have %s", what, name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s: the document has %s, the program has not", what, name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d in the document, %d in the program", what, len(got), len(want))
	}
}

// fileTypes collects the types of declared files and their keys.
func fileTypes(typ reflect.Type, found map[string][]string) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		fileTypes(typ.Elem(), found)
	case reflect.Struct:
		name, _, _ := strings.Cut(typ.Name(), "[")
		var keys []string
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
			if key == "" || key == "-" {
				continue
			}
			keys = append(keys, key)
		}
		if keys == nil { // a scalar or a template, which have no keys of their own
			return
		}
		if _, seen := found[name]; seen && name != "Fact" {
			return
		}
		found[name] = keys
		for i := range typ.NumField() {
			fileTypes(typ.Field(i).Type, found)
		}
	}
}

// sameKeys compares a document's tables of keys with the types of the program. Each table
// stands under the name of its type.
func sameKeys(t *testing.T, d *document, types map[string][]string) {
	t.Helper()
	for name, keys := range types {
		same(t, name, d.section(t, name).first(), keys)
	}
	for _, tab := range d.tables {
		if tab.head[0] != "key" || len(tab.head) != 3 {
			continue
		}
		if title := d.title(tab); types[title] == nil {
			t.Errorf("%s:%d: %s is no type of the files", d.name, tab.line+1, title)
		}
	}
}

func TestDocsCatalogueKeys(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/catalog.md")
	types := map[string][]string{}
	fileTypes(reflect.TypeFor[catalog.Vendor](), types)
	fileTypes(reflect.TypeFor[catalog.Endpoint](), types)
	sameKeys(t, d, types)
	same(t, "wire types", d.section(t, "Wire types").first(), wire.Types())
	vendor := shipped(t).Vendor("openapi")
	same(t, "checks", d.section(t, "Checks").first(), vendor.Checks.Value)
}

// mistakeID matches texts that look like the name of a mistake.
var mistakeID = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// mistakes returns the names of all mistakes that an autopsy knows: the ID
// or the first value of the literals of mistakes, readings and findings, and the first argument of the
// functions that make them.
func mistakes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("signature/autopsy/*.go")
	if err != nil {
		t.Fatal(err)
	}
	own, err := filepath.Glob("vendors/*/mistakes.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, own...)
	var ids []string
	add := func(list []ast.Expr) {
		if len(list) < 2 {
			return
		}
		if kv, keyed := list[0].(*ast.KeyValueExpr); keyed && fmt.Sprint(kv.Key) == "ID" {
			list = append([]ast.Expr{kv.Value}, list[1:]...)
		}
		lit, ok := list[0].(*ast.BasicLit)
		next, isText := list[1].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING || isText && next.Kind != token.STRING {
			return
		}
		if id, err := strconv.Unquote(lit.Value); err == nil && mistakeID.MatchString(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				add(n.Elts)
			case *ast.CallExpr:
				switch f := n.Fun.(type) {
				case *ast.Ident:
					add(n.Args)
				case *ast.SelectorExpr:
					if fmt.Sprint(f.X) == "autopsy" {
						add(n.Args)
					}
				}
			}
			return true
		})
	}
	for _, name := range noMistakes {
		if !slices.Contains(ids, name) {
			t.Errorf("noMistakes has %q, which nothing uses any more: remove it", name)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(noMistakes, id) })
}

// noMistakes are texts that look like names of mistakes and are names of parameters.
var noMistakes = []string{"page_size", "appsecret", "null", "rawurlencode"}

func TestDocsMistakes(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/signatures.md")
	var documented []string
	for _, section := range []string{"Mistakes in a signature", "Mistakes in a timestamp"} {
		for _, id := range d.section(t, section).first() {
			if !slices.Contains(documented, id) {
				documented = append(documented, id)
			}
		}
	}
	same(t, "mistakes", documented, mistakes(t))
}

// TestDocsSignatures computes the worked examples. A table of parameters, the canonical
// text and the signature stand under the name of the vendor.
func TestDocsSignatures(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/signatures.md")
	for _, v := range []struct {
		vendor string
		scheme signature.Scheme
	}{{"openapi", openapi.Scheme()}, {"openapi2", openapi2.Scheme{}}, {"fubei", fubei.Scheme()}} {
		t.Run(v.vendor, func(t *testing.T) {
			t.Parallel()
			var r signature.Request
			secret := ""
			for _, row := range d.section(t, "Worked example: "+v.vendor).rows {
				name, value := code(row[0]), code(row[1])
				switch name {
				case "secret":
					secret = value
				case "body":
					r.Body = value
				default:
					r.Pairs = append(r.Pairs, signature.Pair{Name: name, Value: value})
				}
			}
			canonical, sign := under(t, d, "Worked example: "+v.vendor)
			if got := v.scheme.Canonical(secret, r); got != canonical {
				t.Errorf("canonical text is\n%s\nthe document has\n%s", got, canonical)
			}
			if got := v.scheme.Sign(secret, r); got != sign {
				t.Errorf("signature is %s, the document has %s", got, sign)
			}
		})
	}
}

// under returns the text of the two blocks below a heading.
func under(t *testing.T, d *document, title string) (first, second string) {
	t.Helper()
	for _, h := range d.headings {
		if h.text != title {
			continue
		}
		i := slices.IndexFunc(d.blocks, func(b *block) bool { return b.from > h.line })
		return d.blocks[i].text, d.blocks[i+1].text
	}
	t.Fatalf("%s has no heading %q", d.name, title)
	return "", ""
}

// firstScreen checks that the two commands are the first block of each README, and that
// the call which the first screen offers returns data.
func firstScreen(t *testing.T, k *tools) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		d := readDocument(t, name)
		if got := d.blocks[0].text; comment.ReplaceAllString(got, "") != "go run .\ngo test ./..." {
			t.Errorf("%s begins with %q", name, got)
		}
	}
	s := k.session(t)
	s.start(t, "go run .")
	m := regexp.MustCompile(`(?m)^  (go run \. call .*)$`).FindStringSubmatch(s.screen.String())
	if m == nil {
		t.Fatalf("the first screen offers no call:\n%s", s.screen)
	}
	out, errs, exit := s.run(t, m[1])
	if exit != 0 || !strings.Contains(out, `"payment_id":`) {
		t.Errorf("%s: %s\n%s%s", m[1], exitText(exit), out, errs)
	}
}

// TestDocsOutside checks what the documents name and no test can run.
func TestDocsOutside(t *testing.T) {
	inRoot(t)
	has := func(file, want string) {
		t.Helper()
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s should hold %q (%v)", file, want, err)
		}
	}
	commands := strings.Split(comment.ReplaceAllString(readDocument(t, "README.md").blocks[0].text, ""), "\n")
	has(".ci/run", "\n"+strings.Replace(commands[1], "go test ", "go test -race -timeout 20m -json ", 1)+" | go run ./internal/house/slowest\n")
	has(".ci/run", "\nset -euo pipefail\n") // or the pipe would lose the exit code of go test
	has(".github/workflows/ci.yml", "- run: .ci/run\n")
	has("Dockerfile", "2012")
	has("LICENSE", "MIT License")
	has("go.mod", "\ngo 1.26")
	has("README.md", "Go 1.26 is all")
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		if n := len(readDocument(t, name).lines); n > 350 {
			t.Errorf("%s has %d lines, more than 350: move tables to docs/", name, n)
		}
	}
	var code []byte
	for _, name := range []string{"internal/cli/cli.go", "internal/cli/control.go"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code = append(code, data...)
	}
	d := readDocument(t, "README.md")
	for name, want := range map[string]string{"exitOK": "0", "exitFailed": "1", "exitUsage": "2", "exitBadFile": "3", "exitPort": "4", "exitUnmet": "5"} {
		if !regexp.MustCompile(name + `\s*= ` + want).Match(code) {
			t.Errorf("%s is not %s any more", name, want)
		}
		if !slices.Contains(d.section(t, "Exit codes").first(), want) {
			t.Errorf("README.md: no exit code %s", want)
		}
	}
	endpoints := len(shipped(t).Endpoints())
	has("README.md", fmt.Sprintf("* It has %d endpoints, ", endpoints))
	has("README.zh-CN.md", fmt.Sprintf("它有 %d 个。", endpoints))
	own := tenant.Default(vendors.Shipped())
	for _, b := range d.blocks {
		enterprise := strings.Contains(b.text, "WdtClient") && strings.Contains(b.text, own.Credentials["openapi2"][0].Values["appsecret"]) &&
			strings.Contains(b.text, own.Credentials["openapi2"][0].Values["appkey"]) && strings.Contains(b.text, "http://127.0.0.1:2012/openapi2/")
		flagship := strings.Contains(b.text, `("http://127.0.0.1:2012/openapi", "`+own.Credentials["openapi"][0].Values["sid"]+`", "`+own.Credentials["openapi"][0].Values["key"]+`", "`+own.Credentials["openapi"][0].Values["appsecret"]+`")`)
		if (b.lang == "php" || b.lang == "java") && !enterprise && !flagship {
			t.Errorf("README.md:%d: does not carry the default tenant's credential", b.from)
		}
	}
}

// commands compares the README's commands with the program's help.
func commands(t *testing.T, k *tools) {
	help, _, _ := k.session(t).run(t, "shaxiang --help")
	_, list, _ := strings.Cut(help, "\nCommands:\n")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+) `).FindAllStringSubmatch(list, -1) {
		names = append(names, m[1])
	}
	same(t, "commands", readDocument(t, "README.md").section(t, "Commands").first(), names)
}

// settings compares the keys of shaxiang.yaml in docs/settings.md with those that the
// linter lists when it meets an unknown one, and their defaults with those of the flags.
func settings(t *testing.T, k *tools) {
	s := k.session(t)
	documented := readDocument(t, "docs/settings.md")
	for section, file := range map[string]string{"shaxiang.yaml": "nobody: 1", "Tenants": "tenants: [{nobody: 1}]"} {
		if err := os.WriteFile(filepath.Join(s.dir, "shaxiang.yaml"), []byte(file+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		out, errs, _ := s.run(t, "shaxiang lint shaxiang.yaml")
		m := regexp.MustCompile(`unknown key "nobody"; known here: (.*)`).FindStringSubmatch(out + errs)
		if m == nil {
			t.Fatalf("lint says\n%s%s", out, errs)
		}
		same(t, section, documented.section(t, section).first(), strings.Split(strings.TrimSpace(m[1]), ", "))
	}
	if err := os.Remove(filepath.Join(s.dir, "shaxiang.yaml")); err != nil {
		t.Fatal(err)
	}
	help, _, _ := s.run(t, "shaxiang serve --help")
	compared := 0
	for _, row := range documented.section(t, "shaxiang.yaml").rows {
		flag := "--" + strings.ReplaceAll(strings.Trim(row[0], "`"), "_", "-") + "="
		m := regexp.MustCompile(regexp.QuoteMeta(flag) + `"?([0-9][^\s"]*)`).FindStringSubmatch(help)
		if m == nil {
			continue
		}
		compared++
		if want := strings.Trim(row[len(row)-1], "`"); m[1] != want {
			t.Errorf("docs/settings.md says that %s is %s, and help says %s", row[0], want, m[1])
		}
	}
	if compared < 8 {
		t.Errorf("%d defaults were compared with the flags", compared)
	}
}
