package handlers

import (
	"errors"
	"strconv"
	"strings"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/wire"
)

// read answers a query: its rows, in the endpoint's envelope.
func (x *exchange) read() []byte {
	q := x.checker.Query()
	result, err := x.state.World.Read(x.ctx, q, x.at.Now)
	if err != nil {
		return x.broken(err)
	}
	rows := result.Rows
	if x.endpoint.Rows.One && len(rows) == 0 {
		return x.refuse(nothingFound(x.endpoint, q.Filters))
	}
	x.entry.Outcome, x.entry.Rows = journal.OK, len(rows)
	if len(rows) > 0 {
		x.entry.Keys = make([]int64, len(rows))
		for i := range rows {
			x.entry.Keys[i] = rows[i].Key()
		}
	}
	if q.From != 0 || q.To != 0 { // 0 and 0 are all time, which is no window
		x.entry.Window = &journal.Window{Collection: q.Collection, Column: q.Column, From: q.From, To: q.To}
	}
	x.buffer = x.endpoint.Answer.Append(x.buffer[:0], x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		switch name {
		case "rows":
			return x.appendRows(dst, rows), true
		case "row":
			if len(rows) == 0 {
				return dst, false
			}
			x.metrics.fromQuery.Inc()
			return x.compiled.rows.appendRow(dst, &rows[0]), true
		case "total":
			return strconv.AppendInt(dst, int64(result.Total), 10), q.Page.Send || q.Page.Size == 0
		}
		return x.sum(dst, name, &result)
	})
	return x.buffer
}

// sum appends a number over all rows that the query matches.
func (x *exchange) sum(dst []byte, name string, result *fixtures.Result) ([]byte, bool) {
	column := 0
	for _, s := range x.endpoint.Rows.Sums {
		v := wire.Int(int64(result.Total))
		if s.Of != "" {
			v = wire.Decimal(result.Sums[column])
			column++
		}
		if s.Name == name {
			return x.vendor.JSON.Value.Encoder(s.Type)(dst, v), true
		}
	}
	return dst, false
}

// nothingFound refuses a query about one row that is not there, in the name of the
// last argument that it filters by.
func nothingFound(e *catalog.Endpoint, filters []catalog.Filter) *catalog.Refusal {
	refused := catalog.Refuse(catalog.NotFound, "name", "", "label", "", "value", "")
	for _, f := range filters {
		if p := filtering(e.Args, f.Column); p != nil && !f.Not {
			refused.Vars = map[string]string{"name": p.Name, "label": p.Label, "value": strings.Join(f.In, ",")}
		}
	}
	return refused.Say("handlers.nothing_fits", "collection", e.Rows.Collection)
}

// filtering returns the argument that filters a column, nil when none does.
func filtering(params []*catalog.Param, column string) *catalog.Param {
	for _, p := range params {
		if p.Type != catalog.TypeObject && p.Column != "-" && p.Key() == column {
			return p
		}
		if found := filtering(p.Fields, column); found != nil {
			return found
		}
	}
	return nil
}

// outcome is the result of a writing call.
type outcome struct {
	failed, done [][]byte // the refused documents and the written ones, in the method's own shapes
	fresh, there int      // documents that are new, and that were changed
	last         *fixtures.Row
}

// write answers a writing call. Where the endpoint has a shape for a refused document, each
// document is written or refused by itself, else all of them are.
func (x *exchange) write() []byte {
	e, inputs := x.endpoint, x.checker.Inputs()
	accepted := make([]*catalog.Input, 0, len(inputs)) // no check of arguments refused these
	for i := range inputs {
		if inputs[i].Refused == nil {
			accepted = append(accepted, &inputs[i])
		}
	}
	all := e.Write.Error.IsZero()
	x.state.Clock.Write(x.wall)
	docs, err := x.state.World.Write(e.Write, accepted, x.at.Now, all)
	switch {
	case errors.Is(err, fixtures.ErrFull):
		return x.refuse(catalog.Refuse(catalog.Internal).Because(err.Error()))
	case err != nil:
		return x.broken(err)
	}
	for i := range docs {
		if all && docs[i].Refused != nil {
			return x.refuse(docs[i].Refused)
		}
	}
	o := &outcome{}
	x.entry.Keys = make([]int64, 0, len(docs))
	for i := range inputs {
		refused := inputs[i].Refused
		var w *fixtures.Written
		if refused == nil {
			w, docs = &docs[0], docs[1:]
			refused = w.Refused
		}
		if refused != nil {
			o.failed = append(o.failed, x.refusedRow(&inputs[i], refused))
			continue
		}
		x.entry.Rows++
		if w.Row == nil {
			continue // it was to change a row that is not there, and no check refused that
		}
		x.entry.Keys = append(x.entry.Keys, w.Row.Key())
		for _, id := range e.Write.Notify {
			x.notify(x.vendor.Notice(id), w)
		}
		if o.last = w.Row; w.New {
			o.fresh++
		} else {
			o.there++
		}
		if !e.Write.Done.IsZero() {
			o.done = append(o.done, e.Write.Done.Append(nil, x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
				return x.column(dst, name, w.Row)
			}))
		}
	}
	answer := &e.Answer
	x.entry.Outcome = journal.OK
	if len(o.failed) > 0 {
		answer, x.entry.Outcome = &e.Partial, journal.Partial
	}
	x.buffer = answer.Append(x.buffer[:0], x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		return x.written(dst, name, o)
	})
	return x.buffer
}

// written appends one part of a write's answer.
func (x *exchange) written(dst []byte, name string, o *outcome) ([]byte, bool) {
	number := func(n int) ([]byte, bool) { return strconv.AppendInt(dst, int64(n), 10), true }
	switch name {
	case "errors":
		return appendList(dst, o.failed), true
	case "count":
		return number(len(o.failed))
	case "new":
		return number(o.fresh)
	case "changed":
		return number(o.there)
	case "done":
		return appendList(dst, o.done), true
	}
	if o.last == nil {
		return dst, false
	}
	if name == "row" {
		return x.compiled.rows.appendRow(dst, o.last), true
	}
	return x.column(dst, name, o.last)
}

// column appends a column of a row that was written as JSON has it: numbers and
// booleans bare, texts and moments between quotes.
func (x *exchange) column(dst []byte, name string, r *fixtures.Row) ([]byte, bool) {
	place := fixtures.ColumnIndex(x.endpoint.Write.Collection, name)
	if place < 0 {
		return dst, false
	}
	v := r.At(place)
	switch {
	case v.IsNull():
		return append(dst, "null"...), true
	case v == wire.Bool(true):
		return append(dst, "true"...), true
	case v == wire.Bool(false):
		return append(dst, "false"...), true
	case v.IsNumber():
		return append(dst, v.Text()...), true
	}
	return x.vendor.JSON.Value.AppendString(dst, v.Text()), true
}

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
		x.entry.Kind = string(r.Kind)
		x.hint(r.Hint)
	}
	row := catalog.Find(r, x.call.Path, e.Refusals, x.vendor.Errors)
	return e.Write.Error.Append(nil, j, func(dst []byte, name string) ([]byte, bool) {
		if name == "message" || name == "code" {
			return x.refusalPart(dst, name, row, r), true
		}
		text, _ := in.Sent(name)
		return j.AppendString(dst, text), true
	})
}
