package scenarios_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/scenarios"
)

func TestExtends(t *testing.T) {
	t.Parallel()
	read := files(map[string]string{
		"/s/child.yaml": `
name: child
extends: ../base/parent.yaml
world: {tick: 1m, rows: {bill: [{order_no: C}]}, discrepancies: [{kind: fee_wrong}]}
quota: {concurrent: 2, methods: [{method: c, concurrent: 1}]}
rules: [{name: c, then: {http: 500}}]`,
		"/base/parent.yaml": `
name: parent
title: P
extends: reconcile-clean
seed: 5
world: {orders_per_day: 7, tick: 1s, rows: {bill: [{order_no: P}], trade: [{tid: T}]}, discrepancies: [{kind: missing}]}
quota: {per_minute: 3, concurrent: 9, methods: [{method: p, concurrent: 1}]}
rules: [{name: p, then: {http: 501}}]`,
	})
	got, err := scenarios.Load("/s/child.yaml", read)
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(5)
	want := &scenarios.Scenario{
		Name: "child", Seed: &seed,
		Clock: &scenarios.Clock{Mode: "frozen", Now: "2022-12-28 18:00:00"},
		World: scenarios.World{OrdersPerDay: 7, Tick: time.Minute,
			Rows:          map[string][]scenarios.Row{"bill": {{"order_no": "P"}, {"order_no": "C"}}, "trade": {{"tid": "T"}}},
			Discrepancies: []scenarios.Discrepancy{{Kind: "missing"}, {Kind: "fee_wrong"}}},
		Quota: scenarios.Quota{PerMinute: 3, Concurrent: 2,
			Methods: []scenarios.MethodQuota{{Method: "c", Concurrent: 1}, {Method: "p", Concurrent: 1}}},
		Rules: []scenarios.Rule{{Name: "c", Then: scenarios.Then{HTTP: 500}}, {Name: "p", Then: scenarios.Then{HTTP: 501}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	read := files(map[string]string{"a.yaml": "extends: a.yaml", "b.yaml": "rules: [{then: {http: 1}}]", "c.yaml": "extends: ./b.yaml"})
	for name, want := range map[string]string{
		"a.yaml":        "goes round in a circle: a.yaml extends a.yaml",
		"b.yaml":        "b.yaml:1: rules: then.http: 1 is no status of an answer; want 200 to 599",
		"c.yaml":        "b.yaml:1: rules: then.http: 1 is no status of an answer; want 200 to 599",
		"d.yaml":        "open d.yaml: file does not exist",
		"../library/..": "open ../library/..: file does not exist",
	} {
		if s, err := scenarios.Load(name, read); s != nil || err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v; want %s", name, s, err, want)
		}
	}
	if _, err := scenarios.Load("/etc/passwd", nil); err == nil {
		t.Error("a file is read although there is nothing to read files with")
	}
	if _, err := scenarios.Load("..", nil); err == nil {
		t.Error("a name leads out of the library")
	}
	inline := parse(t, "extends: throttled")
	if s, err := scenarios.Extend(inline, "request", nil); err != nil || s.Quota.PerMinute != 10 {
		t.Errorf("an inline scenario extends the library: %+v, %v", s, err)
	}
}

// TestScenariosAsJSON: what the server shows of a scenario, it takes back.
func TestScenariosAsJSON(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		want := parse(t, string(library(t, name)))
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := &scenarios.Scenario{}
		if err := json.Unmarshal(data, got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, data)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSurrogates: JSON writes characters beyond U+FFFF as pairs, which YAML has not.
func TestSurrogates(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"name": "a", "rules": [{"then": {"reply": {"a": "\ud83d\ude00", "b": "\\ud83d\ude00 \u4e2d\/"}}}]}`)
	if got, want := string(s.Rules[0].Then.Reply), "{\"a\":\"😀\",\"b\":\"\\\\ud83d\ufffd 中/\"}"; got != want {
		t.Errorf("reply %s, want %s", got, want)
	}
}

func TestSchemaFile(t *testing.T) {
	t.Parallel()
	first, again := scenarios.Schema(), scenarios.Schema()
	if string(first) != string(again) {
		t.Error("the schema is not the same twice")
	}
	for name, got := range map[string][]byte{"testdata/schema.json": scenarios.Schema(), "testdata/rule-schema.json": scenarios.RuleSchema()} {
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil || string(want) != string(got) {
			t.Errorf("%s differs from the types (%v); run with -update and look at the change", name, err)
		}
	}
}
