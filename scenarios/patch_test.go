package scenarios_test

import (
	"testing"

	"shaxiang/scenarios"
)

const answer = `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2]} , {"no":"B","amount":1e2,"s":[]}]},"e":[],"o":{} }`

func TestApply(t *testing.T) {
	t.Parallel()
	for patch, want := range map[string]string{
		"{}":                                answer,
		"{data.total_count: 3}":             `{"status": 0, "data" : {"total_count":3,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2]} , {"no":"B","amount":1e2,"s":[]}]},"e":[],"o":{} }`,
		"{data.list.0.amount: 0.10}":        `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":0.10,"s":[1,2]} , {"no":"B","amount":1e2,"s":[]}]},"e":[],"o":{} }`,
		"{data.list.-1.no: {a: [x]}}":       `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2]} , {"no":{"a":["x"]},"amount":1e2,"s":[]}]},"e":[],"o":{} }`,
		"{data.list.*.amount: null}":        `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":null,"s":[1,2]} , {"no":"B","amount":null,"s":[]}]},"e":[],"o":{} }`,
		"{data.list.*.s.*: 0}":              `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[0,0]} , {"no":"B","amount":1e2,"s":[]}]},"e":[],"o":{} }`,
		"{data: $delete}":                   `{"status": 0,"e":[],"o":{} }`,
		"{status: $delete}":                 `{"data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2]} , {"no":"B","amount":1e2,"s":[]}]},"e":[],"o":{} }`,
		"{o: $delete, e: $delete}":          `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2]} , {"no":"B","amount":1e2,"s":[]}]} }`,
		"{data.list.0: $delete, '*': 0}":    `{"status": 0, "data" : 0,"e":0,"o":0 }`,
		"{data.list.*: $delete, status: 1}": `{"status": 1, "data" : {"total_count":41,"list":[ ]},"e":[],"o":{} }`,
		"{data: 1, +new: 'a\"b'}":           `{"status": 0, "data" : 1,"e":[],"o":{},"new":"a\"b" }`,
		"{data: 1, +status: 7}":             `{"status": 7, "data" : 1,"e":[],"o":{} }`,
		"{data: 1, e.+: 1, o.+a: 2}":        `{"status": 0, "data" : 1,"e":[1],"o":{"a":2} }`,
		"{data: 1, 'e.*': 1, 'o.*': 2}":     `{"status": 0, "data" : 1,"e":[],"o":{} }`,
		"{data.list.*.s.+: 3}":              `{"status": 0, "data" : {"total_count":41,"list":[ {"no":"\u65d7\/A","amount":199.0000,"s":[1,2,3]} , {"no":"B","amount":1e2,"s":[3]}]},"e":[],"o":{} }`,
	} {
		r := rule(t, `{then: {http: 200, patch: `+patch+`}}`)
		got, err := scenarios.Apply([]byte(answer), r.Then.Patch)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", patch, err, got, want)
		}
	}
}

func TestApplyNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, path, want string }{
		{`{"a.b":1}`, `a\.b`, `{"a.b":0}`},
		{`{"*":1,"x":2}`, `\*`, `{"*":0,"x":2}`},
		{`{"+":1}`, `\+`, `{"+":0}`},
		{`{"\\":1}`, `\\`, `{"\\":0}`},
		{`{"\u4e2d":1}`, `中`, `{"\u4e2d":0}`},
		{`{"a":1,"a":2}`, `a`, `{"a":1,"a":0}`},
		{`{"0":1,"-1":2}`, `-1`, `{"0":1,"-1":0}`},
		{`[[1],[2]]`, `-1.0`, `[[1],[0]]`},
		{` [ ] `, `+`, ` [0 ] `},
		{`{}`, `+a\.b`, `{"a.b":0}`},
		{`{}`, `++`, `{"+":0}`},
	} {
		got, err := scenarios.Apply([]byte(tt.body), []scenarios.Patch{{Path: tt.path, Value: []byte("0")}})
		if err != nil || string(got) != tt.want {
			t.Errorf("%s of %s: %s, %v; want %s", tt.path, tt.body, got, err, tt.want)
		}
	}
}

func TestApplyErrors(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"dat.total":          `patch "dat.total": the body has no member "dat"; write +dat to add it`,
		"data.total":         `patch "data.total": data has no member "total"; write +total to add it`,
		"status.x":           `patch "status.x": status is neither object nor list, so it has no x`,
		"data.list.2.no":     `patch "data.list.2.no": data.list has 2 elements, so no element 2`,
		"data.list.*.s.1":    `patch "data.list.*.s.1": data.list.1.s has 0 elements, so no element 1`,
		"data.list.first":    `patch "data.list.first": data.list is a list; want the number of an element, -1, * or +, not "first"`,
		"data.list.+x":       `patch "data.list.+x": data.list is a list; want the number of an element, -1, * or +, not "+x"`,
		"data.list.01":       `patch "data.list.01": data.list is a list; want the number of an element, -1, * or +, not "01"`,
		"e.-1":               `patch "e.-1": e has 0 elements, so no element -1`,
		"o.+":                `patch "o.+": o is an object; write + and the new member's name`,
		"a..b":               `patch "a..b": part 2 is empty; write it as in data.list.0.status`,
		"data.list.99999999": `patch "data.list.99999999": data.list has 2 elements, so no element 99999999`,
	} {
		got, err := scenarios.Apply([]byte(answer), []scenarios.Patch{{Path: "status", Value: []byte("9")}, {Path: path, Value: []byte("0")}})
		if got != nil || err == nil || err.Error() != want {
			t.Errorf("%s: %s, %v\nwant %s", path, got, err, want)
		}
	}
	if _, err := scenarios.Apply([]byte("<html>"), []scenarios.Patch{{Path: "a", Value: []byte("1")}}); err == nil || err.Error() != "patch: the body is no JSON" {
		t.Errorf("error %v", err)
	}
	if got, err := scenarios.Apply([]byte("<html>"), nil); err != nil || string(got) != "<html>" {
		t.Errorf("without patches a body stays: %s %v", got, err)
	}
	if _, err := scenarios.Apply([]byte("{}"), []scenarios.Patch{{Path: "+a", Value: []byte("x")}}); err == nil || err.Error() != `patch "+a": the value is no JSON` {
		t.Errorf("error %v", err)
	}
}
