package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/wire"
)

// plan is how an endpoint's rows are written, worked out once.
type plan struct {
	fields []fieldPlan
	err    error // the endpoint names what no collection has
}

type fieldPlan struct {
	key    []byte // "name": with its quotes and colon; nil for rows that are one bare value
	place  int    // of the column
	append func(dst []byte, v wire.Value) []byte
	fixed  []byte // always this
	lines  string // a list of the row's lines
	fields []fieldPlan
	only   *catalog.Condition // left out of rows that do not meet it
	asked  int                // the place of its column
}

// plans are made when an endpoint is called for the first time, so that a large
// catalogue does not delay the first answer.
type plans struct{ made sync.Map }

// of returns the plan of an endpoint.
func (p *plans) of(v *catalog.Vendor, e *catalog.Endpoint) *plan {
	return made(&p.made, e, func() *plan { return newPlan(v, e) })
}

// notice returns how the data of a notice are written.
func (p *plans) notice(v *catalog.Vendor, n *catalog.Notice) []fieldPlan {
	return made(&p.made, n, func() []fieldPlan { return planFields(v.JSON.Value, n.Collection, n.Fields) })
}

// made returns what a map has for a key, or makes it. Two calls may make the same
// thing at once; one of the two is kept.
func made[K comparable, V any](m *sync.Map, key K, make func() V) V {
	found, ok := m.Load(key)
	if !ok {
		found, _ = m.LoadOrStore(key, make())
	}
	return found.(V)
}

func newPlan(v *catalog.Vendor, e *catalog.Endpoint) *plan {
	p := &plan{err: checkColumns(e)}
	if e.Rows == nil {
		return p
	}
	collection := e.Rows.Collection
	if collection == "" && e.Write != nil {
		collection = e.Write.Collection
	}
	p.fields = planFields(v.JSON.Value, collection, e.Rows.Fields)
	return p
}

func planFields(j wire.JSON, collection string, fields []catalog.Field) []fieldPlan {
	plans := make([]fieldPlan, len(fields))
	for i := range fields {
		f := &fields[i]
		fp := fieldPlan{only: f.Only, lines: f.Lines}
		if f.Name != "" {
			fp.key = append(j.AppendString(nil, f.Name), ':')
		}
		switch {
		case f.Const != nil:
			fp.fixed = constant(j, f.Const)
		case f.Lines != "":
			fp.fields = planFields(j, collection+"."+f.Lines, f.Fields)
		case f.Object:
			fp.fields = planFields(j, collection, f.Fields)
		default:
			fp.append, fp.place = j.Encoder(f.Type), fixtures.Place(collection, f.Column())
		}
		if f.Only != nil {
			fp.asked = fixtures.Place(collection, f.Only.Column)
		}
		plans[i] = fp
	}
	return plans
}

// constant writes a scalar of the catalogue as the vendor's JSON writes it.
func constant(j wire.JSON, s *catalog.Scalar) []byte { return rewritten(j, s.JSON()) }

// rewritten writes one JSON scalar as the vendor's JSON does.
func rewritten(j wire.JSON, scalar string) []byte {
	var text string
	if !strings.HasPrefix(scalar, `"`) || json.Unmarshal([]byte(scalar), &text) != nil {
		return []byte(scalar)
	}
	return j.AppendString(nil, text)
}

// Check returns what the catalogue's own endpoints, which are not shipped, name that
// the world does not have: an error for each endpoint, joined.
func Check(c *catalog.Catalog) error {
	var errs []error
	for _, name := range c.Vendors() {
		if err := checkNotices(c.Vendor(name)); err != nil {
			errs = append(errs, fmt.Errorf("%s/vendor.yaml: %w", name, err))
		}
	}
	for _, e := range c.Own() {
		if err := checkColumns(e); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", e.File, e.Method, err))
		}
	}
	return errors.Join(errs...)
}

func checkColumns(e *catalog.Endpoint) error {
	return errors.Join(e.Missing(Missing)...)
}

// Missing returns what is wrong with a column that an endpoint uses, or with a
// collection when the column is empty; nil when the world has it. The columns of a
// document's lines are those of a collection such as trade.details.
func Missing(u catalog.Lookup) error {
	if fixtures.Place(u.Collection, u.Column) >= 0 {
		return nil
	}
	columns := fixtures.Columns(u.Collection)
	if u.Column == "" && columns != nil {
		return nil
	}
	if columns != nil {
		return fmt.Errorf("collection %s has no column %q; it has %s", u.Collection, u.Column, strings.Join(columns, ", "))
	}
	if name, lines, nested := strings.Cut(u.Collection, "."); nested && fixtures.Columns(name) != nil {
		return fmt.Errorf("the rows of collection %s have no lines %q", name, lines)
	}
	names := fixtures.Collections()
	return fmt.Errorf("no collection is called %q; there are %d, from %s to %s", u.Collection, len(names), names[0], names[len(names)-1])
}

// appendRows writes rows. It takes settled rows from the row cache.
func (x *exchange) appendRows(dst []byte, p *plan, rows []fixtures.Row) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = x.appendRow(dst, p, &rows[i])
	}
	return append(dst, ']')
}

func (x *exchange) appendRow(dst []byte, p *plan, r *fixtures.Row) []byte {
	document, settled := r.Settled()
	if !settled {
		return appendRow(dst, p.fields, r)
	}
	key := rowKey{p, x.state.World.Identity(), document}
	if json, ok := x.rows.Get(key); ok {
		return append(dst, json...)
	}
	start := len(dst)
	dst = appendRow(dst, p.fields, r)
	x.rows.Put(key, string(dst[start:]), int64(len(dst)-start+rowOverhead))
	return dst
}

func appendRows(dst []byte, fields []fieldPlan, rows []fixtures.Row) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendRow(dst, fields, &rows[i])
	}
	return append(dst, ']')
}

func appendRow(dst []byte, fields []fieldPlan, r *fixtures.Row) []byte {
	if len(fields) == 1 && fields[0].key == nil {
		return fields[0].append(dst, r.At(fields[0].place))
	}
	dst = append(dst, '{')
	first := len(dst)
	for i := range fields {
		f := &fields[i]
		if f.only != nil && !f.only.Holds(r.At(f.asked).Text()) {
			continue
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		dst = append(dst, f.key...)
		switch {
		case f.fixed != nil:
			dst = append(dst, f.fixed...)
		case f.lines != "":
			dst = appendRows(dst, f.fields, r.Lines(f.lines))
		case f.append == nil:
			dst = appendRow(dst, f.fields, r)
		default:
			dst = f.append(dst, r.At(f.place))
		}
	}
	return append(dst, '}')
}
