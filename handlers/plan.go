package handlers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
)

// plan is how an endpoint's rows are written, worked out once.
type plan struct {
	fields []fieldPlan
	err    error // the endpoint names what no collection has
}

type fieldPlan struct {
	key    []byte // "name": with its quotes and colon
	column string
	append func(dst []byte, v catalog.Value) []byte
	fixed  []byte
	only   *catalog.Condition
}

func plans(c *catalog.Catalog) map[*catalog.Endpoint]*plan {
	all := map[*catalog.Endpoint]*plan{}
	for _, e := range c.Endpoints() {
		all[e] = newPlan(c.Vendor(e.Vendor), e)
	}
	return all
}

func newPlan(v *catalog.Vendor, e *catalog.Endpoint) *plan {
	p := &plan{err: checkColumns(e)}
	if e.Rows == nil {
		return p
	}
	j := v.JSON.Value
	for _, f := range e.Rows.Fields {
		fp := fieldPlan{key: append(j.AppendString(nil, f.Name), ':'), column: f.Column(), only: f.Only}
		if f.Const != nil {
			fp.fixed = []byte(f.Const.JSON())
		} else {
			fp.append = j.Encoder(f.Type)
		}
		p.fields = append(p.fields, fp)
	}
	return p
}

// Check returns what the catalogue's endpoints name that the world does not
// have: an error for each endpoint, joined.
func Check(c *catalog.Catalog) error {
	var errs []error
	for _, e := range c.Endpoints() {
		if err := checkColumns(e); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", e.File, e.Method, err))
		}
	}
	return errors.Join(errs...)
}

func checkColumns(e *catalog.Endpoint) error {
	var errs []error
	for _, u := range e.Uses() {
		errs = append(errs, Missing(u))
	}
	return errors.Join(errs...)
}

// Missing returns what is wrong with a column that an endpoint uses, nil when the
// world has it.
func Missing(u catalog.Lookup) error {
	columns := fixtures.Columns(u.Collection)
	if columns == nil {
		return fmt.Errorf("no collection is called %q; there are %s", u.Collection, strings.Join(fixtures.Collections(), ", "))
	}
	if !slices.Contains(columns, u.Column) {
		return fmt.Errorf("collection %s has no column %q; it has %s", u.Collection, u.Column, strings.Join(columns, ", "))
	}
	return nil
}

// read answers a query.
func (x *exchange) read(p *plan) []byte {
	q := x.checker.Query()
	result, err := x.state.World.Read(q, x.state.Clock.Now())
	if err != nil {
		return x.broken(err)
	}
	x.entry.Outcome, x.entry.Rows = journal.OK, len(result.Rows)
	if q.From != 0 || q.To != 0 { // 0 and 0 are all time, which is no window
		x.entry.Window = &journal.Window{Collection: q.Collection, Column: q.Column, From: q.From, To: q.To}
	}
	for i := range result.Rows {
		x.entry.Keys = append(x.entry.Keys, result.Rows[i].Key())
	}
	return x.endpoint.Answer.Append(nil, x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		if name == "rows" {
			return p.appendRows(dst, result.Rows), true
		}
		return strconv.AppendInt(dst, int64(result.Total), 10), q.Page.Send
	})
}

func (p *plan) appendRows(dst []byte, rows []fixtures.Row) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendRow(dst, &rows[i])
	}
	return append(dst, ']')
}

func (p *plan) appendRow(dst []byte, r *fixtures.Row) []byte {
	dst = append(dst, '{')
	first := len(dst)
	for i := range p.fields {
		f := &p.fields[i]
		if f.only != nil && !f.only.Holds(r.Get(f.only.Column).Text()) {
			continue
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		dst = append(dst, f.key...)
		if f.fixed != nil {
			dst = append(dst, f.fixed...)
			continue
		}
		dst = f.append(dst, r.Get(f.column))
	}
	return append(dst, '}')
}

// write answers a writing call: all of it, or row by row.
func (x *exchange) write(p *plan) []byte {
	e := x.endpoint
	inputs := x.checker.Inputs()
	var failed [][]byte
	for i := range inputs {
		in := &inputs[i]
		refused := in.Refused
		if refused == nil {
			var err error
			if refused, err = x.state.World.Write(e.Write, in, x.state.Clock.Now()); err != nil {
				return x.broken(err)
			}
		}
		switch {
		case refused == nil:
			x.entry.Rows++
		case e.Write.Each == "":
			return x.refuse(refused)
		default:
			failed = append(failed, x.refusedRow(in, refused))
		}
	}
	x.entry.Outcome = journal.OK
	if len(failed) == 0 {
		return e.Answer.Append(nil, x.vendor.JSON.Value, nothing)
	}
	x.entry.Outcome = journal.Partial
	return e.Partial.Append(nil, x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		if name == "count" {
			return strconv.AppendInt(dst, int64(len(failed)), 10), true
		}
		return appendList(dst, failed), true
	})
}

func nothing(dst []byte, _ string) ([]byte, bool) { return dst, false }

func appendList(dst []byte, items [][]byte) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, item...)
	}
	return append(dst, ']')
}

// refusedRow is one row that was not accepted, in the method's own shape.
func (x *exchange) refusedRow(in *catalog.Input, r *catalog.Refusal) []byte {
	e, j := x.endpoint, x.vendor.JSON.Value
	if x.entry.Hint == "" {
		x.entry.Kind, x.entry.Hint = string(r.Kind), r.Hint
	}
	row := catalog.Find(r, x.call.gateway, e.Refusals, x.vendor.Errors)
	return e.Write.Error.Append(nil, j, func(dst []byte, name string) ([]byte, bool) {
		if name == "message" {
			return j.AppendString(dst, rowText(row, r)), true
		}
		return j.AppendString(dst, in.Raw[name]), true
	})
}
