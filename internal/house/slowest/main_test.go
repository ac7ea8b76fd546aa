package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		failed   bool
	}{
		"a package that passes": {in: `{"Action":"start","Package":"shaxiang/a"}
{"Action":"run","Package":"shaxiang/a","Test":"TestOne"}
{"Action":"output","Package":"shaxiang/a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"output","Package":"shaxiang/a","Test":"TestOne","Output":"    a_test.go:1: not shown\n"}
{"Action":"pass","Package":"shaxiang/a","Test":"TestOne/sub","Elapsed":9}
{"Action":"pass","Package":"shaxiang/a","Test":"TestOne","Elapsed":0.5}
{"Action":"skip","Package":"shaxiang/a","Test":"TestTwo","Elapsed":1.25}
{"Action":"output","Package":"shaxiang/a","Output":"PASS\n"}
{"Action":"output","Package":"shaxiang/a","Output":"ok  \tshaxiang/a\t1.8s\n"}
{"Action":"pass","Package":"shaxiang/a","Elapsed":1.8}
`, want: "ok  \tshaxiang/a\t1.8s\n== the 2 slowest tests\n    1.25s  a TestTwo\n    0.50s  a TestOne\n"},
		"a test that fails": {in: `{"Action":"output","Package":"shaxiang/a","Test":"TestOne","Output":"    a_test.go:1: shown\n"}
{"Action":"output","Package":"shaxiang/a","Test":"TestOne","Output":"--- FAIL: TestOne (0.10s)\n"}
{"Action":"fail","Package":"shaxiang/a","Test":"TestOne","Elapsed":0.1}
{"Action":"output","Package":"shaxiang/a","Output":"FAIL\n"}
{"Action":"output","Package":"shaxiang/a","Output":"FAIL\tshaxiang/a\t0.1s\n"}
{"Action":"fail","Package":"shaxiang/a","Elapsed":0.1}
`, want: "    a_test.go:1: shown\n--- FAIL: TestOne (0.10s)\nFAIL\nFAIL\tshaxiang/a\t0.1s\n== the 1 slowest tests\n    0.10s  a TestOne\n", failed: true},
		"a test that does not end": {in: `{"Action":"output","Package":"shaxiang/a","Test":"TestOne","Output":"panic: out of time\n"}
{"Action":"output","Package":"shaxiang/a","Output":"FAIL\tshaxiang/a\t0.1s\n"}
{"Action":"fail","Package":"shaxiang/a","Elapsed":0.1}
`, want: "FAIL\tshaxiang/a\t0.1s\npanic: out of time\n== the 0 slowest tests\n", failed: true},
		"a package that does not build": {in: `go: downloading example.com/x
{"ImportPath":"shaxiang/a","Action":"build-output","Output":"# shaxiang/a\n"}
{"ImportPath":"shaxiang/a","Action":"build-output","Output":"a.go:1:1: undefined: x\n"}
{"ImportPath":"shaxiang/a","Action":"build-fail"}
{"Action":"output","Package":"shaxiang/a","Output":"FAIL\tshaxiang/a [build failed]\n"}
{"Action":"fail","Package":"shaxiang/a","Elapsed":0,"FailedBuild":"shaxiang/a"}
`, want: "go: downloading example.com/x\n# shaxiang/a\na.go:1:1: undefined: x\nFAIL\tshaxiang/a [build failed]\n== the 0 slowest tests\n", failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			failed, err := report(strings.NewReader(c.in), &out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Errorf("prints (-want +got)\n%s", diff)
			}
			if failed != c.failed {
				t.Errorf("failed is %v, want %v", failed, c.failed)
			}
		})
	}
}
