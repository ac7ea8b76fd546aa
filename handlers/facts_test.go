package handlers_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/tidwall/gjson"
)

// shape is what the facts say of an answer: each path with its JSON types; none
// for those that only the table names.
type shape map[string][]string

// facts reads the shapes of a vendor's answers by method.
func facts(t testing.TB, vendor string) map[string]shape {
	t.Helper()
	shapes := map[string]shape{}
	for method, text := range archive(t, vendor+".answers") {
		known := shape{}
		for line := range strings.Lines(text) {
			path, types, _ := strings.Cut(strings.TrimSpace(line), " ")
			known[path] = nil
			if types != "?" {
				known[path] = strings.Split(types, "|")
			}
		}
		shapes[method] = known
	}
	return shapes
}

func requests(t testing.TB, vendor string) map[string]string {
	t.Helper()
	if vendor == "fubei" {
		return nil // the facts have none
	}
	return archive(t, vendor+".requests")
}

var archives sync.Map // by name, read once

func archive(t testing.TB, name string) map[string]string {
	t.Helper()
	read := sync.OnceValue(func() map[string]string {
		data, err := os.ReadFile("testdata/facts/" + name + ".txtar")
		if err != nil {
			t.Error(err)
		}
		files := map[string]string{}
		for _, f := range txtar.Parse(data).Files {
			files[f.Name] = string(f.Data)
		}
		return files
	})
	once, _ := archives.LoadOrStore(name, read)
	return once.(func() map[string]string)()
}

// check wants every path of the example, of its type, where there are rows to
// show it, unless it is of a field that some rows leave out, and no path that the
// facts do not know.
func (known shape) check(t testing.TB, body string, rows bool, unless []string) {
	t.Helper()
	served := map[string]map[string]bool{}
	outlineTypes("", gjson.Parse(body), served)
	for path, types := range served {
		want, ok := known[path]
		if !ok {
			t.Errorf("%s is served, and the facts do not know it", path)
			continue
		}
		for typ := range types {
			if want != nil && !slices.Contains(want, typ) && want[0] != "any" && typ != "null" {
				t.Errorf("%s is %s, in the example %s", path, typ, strings.Join(want, " or "))
			}
		}
	}
	for path, types := range known {
		name := path[strings.LastIndex(path, ".")+1:]
		if types != nil && served[path] == nil && reachable(path, served) && rows && !slices.Contains(unless, name) {
			t.Errorf("%s of the example is not served", path)
		}
	}
}

// reachable reports whether the list that a path lies in has elements.
func reachable(path string, served map[string]map[string]bool) bool {
	i := strings.LastIndex(path, "[]")
	return i < 0 || served[path[:i+2]] != nil
}

func outlineTypes(path string, v gjson.Result, served map[string]map[string]bool) {
	if path != "" {
		if served[path] == nil {
			served[path] = map[string]bool{}
		}
		served[path][jsonType(v)] = true
	}
	switch {
	case v.IsObject():
		v.ForEach(func(k, member gjson.Result) bool {
			outlineTypes(strings.TrimPrefix(path+"."+k.String(), "."), member, served)
			return true
		})
	case v.IsArray():
		for _, item := range v.Array() {
			outlineTypes(path+"[]", item, served)
		}
	}
}

func jsonType(v gjson.Result) string {
	switch {
	case v.IsObject():
		return "object"
	case v.IsArray():
		return "list"
	case v.IsBool():
		return "bool"
	case v.Type == gjson.Number:
		return "number"
	case v.Type == gjson.Null:
		return "null"
	}
	return "string"
}
