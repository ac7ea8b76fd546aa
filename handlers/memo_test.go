package handlers

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"shaxiang/catalog"
)

// TestAskedTellsQueriesApart changes each field of a query in turn, those of a field
// that is added to it some day included. What an endpoint says is the same for all
// its calls.
func TestAskedTellsQueriesApart(t *testing.T) {
	t.Parallel()
	full := func() *catalog.Query {
		var q catalog.Query
		fillIn(reflect.ValueOf(&q).Elem())
		return &q
	}
	was := asked(full())
	q := full()
	changed := 0
	each(reflect.ValueOf(q).Elem(), "Query", func(path string, v reflect.Value) {
		old := reflect.ValueOf(v.Interface())
		change(v)
		if same := asked(q) == was; same != (path == "Query.Collection" || path == "Query.Sums.0") {
			t.Errorf("%s: whether it is the same query is %v", path, same)
		}
		v.Set(old)
		changed++
	})
	if changed < 12 {
		t.Errorf("only %d fields were changed", changed)
	}
}

// fillIn gives every list of a query one element.
func fillIn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillIn(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i))
		}
	}
}

// each calls f for every single value.
func each(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), fmt.Sprintf("%s.%d", path, i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			each(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	default:
		f(path, v)
	}
}

func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("changed")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		v.SetInt(7)
	}
}

// TestMemo holds that what is asked for stays, that the rest goes, and that the
// bytes are bounded.
func TestMemo(t *testing.T) {
	t.Parallel()
	m := newMemo[int, string](1000)
	m.put(-1, "stays", 10)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 1000 {
				m.put(g*1000+i, "value", 10)
				if v, ok := m.get(-1); !ok || v != "stays" {
					t.Errorf("what is asked for again and again is %q", v)
				}
			}
		})
	}
	all.Wait()
	if n := len(m.newer) + len(m.older); n > 1000/10+4 {
		t.Errorf("%d values of 10 bytes are kept in 1000", n)
	}
	if _, ok := m.get(0); ok {
		t.Error("the first value is still there")
	}
}
