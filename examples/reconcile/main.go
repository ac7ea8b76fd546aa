// Command reconcile is a reconciliation job as a shop would run it. It reads the
// receipts and the statement of 旺店通旗舰版, the account checks of 旺店通企业版 and
// the till orders of 付呗, and reports differences.
//
//	go run ./examples/reconcile http://127.0.0.1:2012
//
// It makes a tenant that plays the scenario reconcile-mismatch, and compares its report
// with the answer key. It uses the sandbox over HTTP only.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
)

func main() {
	base := "http://127.0.0.1:2012"
	if len(os.Args) > 1 {
		base = os.Args[1]
	}
	marks, err := run(base, "reconcile-mismatch")
	if err == nil && !report(os.Stdout, marks) {
		err = fmt.Errorf("the report is not the answer key")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// mark counts planted and found faults of one kind.
type mark struct {
	kind    string
	planted []string // orders with this kind of fault, from the answer key
	found   []string // planted faults that the report has
	accused []string // faults of the report that were not planted
}

// run makes a tenant, reconciles its books and compares the result with the answer key.
func run(base, scenario string) ([]mark, error) {
	var t shop
	if err := steer(http.MethodPost, base+"/_sandbox/tenants", map[string]string{"scenario": scenario, "ttl": "10m"}, &t); err != nil {
		return nil, err
	}
	b, err := pull(&t)
	if err != nil {
		return nil, err
	}
	var key struct {
		Answers []struct{ Kind, TID string }
	}
	if err := steer(http.MethodGet, base+"/_sandbox/tenants/"+t.Name+"/answers", nil, &key); err != nil {
		return nil, err
	}
	faults := b.reconcile()
	var marks []mark
	at := func(kind string) *mark {
		i := slices.IndexFunc(marks, func(m mark) bool { return m.kind == kind })
		if i < 0 {
			i, marks = len(marks), append(marks, mark{kind: kind})
		}
		return &marks[i]
	}
	for _, a := range key.Answers {
		m := at(a.Kind)
		m.planted = append(m.planted, a.TID)
	}
	for _, f := range faults {
		m := at(f.kind)
		if slices.Contains(m.planted, f.tid) {
			m.found = append(m.found, f.tid)
		} else {
			m.accused = append(m.accused, f.tid)
		}
	}
	return marks, nil
}

// report prints found/planted for each kind, and reports whether all were found and no
// others.
func report(w io.Writer, marks []mark) bool {
	right := true
	for _, m := range marks {
		fmt.Fprintf(w, "%-22s %d/%d\n", m.kind, len(m.found), len(m.planted))
		if len(m.accused) > 0 {
			fmt.Fprintf(w, "%-22s falsely accused: %v\n", "", m.accused)
		}
		right = right && len(m.found) == len(m.planted) && len(m.accused) == 0
	}
	return right && len(marks) > 0
}

// steer makes one call to the control API.
func steer(method, url string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s: %s", method, url, resp.Status, data)
	}
	return json.Unmarshal(data, into)
}
