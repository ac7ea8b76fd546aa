package control

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
	"shaxiang/internal/yamlfile"
)

// Limits of reading and adding rows.
const (
	defaultRows = 50
	mostRows    = 1000      // of one page
	mostAdded   = 20000     // of one upload
	mostOrders  = 2_000_000 // whose documents one query may scan
)

// rowList is a row, or a list of rows.
type rowList []map[string]string

func (rowList) schema() map[string]any {
	row := rowValues{}.schema()
	return map[string]any{"anyOf": []any{row, map[string]any{"type": "array", "items": row}}}
}

func (l *rowList) fromJSON(d *decoder, tree any, _ string) {
	many, ok := tree.([]any)
	if !ok {
		many = []any{tree}
	}
	if len(many) > mostAdded {
		d.wrong("", "control.too_many_rows", "count", len(many), "limit", mostAdded)
		return
	}
	for i, one := range many {
		var row rowValues
		row.fromJSON(d, one, "rows."+strconv.Itoa(i))
		*l = append(*l, row)
	}
}

// rowValues are the values of a row by column.
type rowValues map[string]string

func (rowValues) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": yamlfile.OneScalar()}
}

func (v *rowValues) fromJSON(d *decoder, tree any, path string) {
	*v = d.texts(tree, path, "control.a_row")
}

// collection returns the collection that the path names.
func (c *change) collection() (string, error) {
	name := c.path["collection"]
	if !slices.Contains(fixtures.Collections(), name) {
		return "", refuse(http.StatusNotFound, "control.no_collection", "name", name, "known", fixtures.Collections())
	}
	return name, nil
}

func (a *API) readRows(c *call) (Rows, error) {
	collection, err := c.collection()
	if err != nil {
		return Rows{}, err
	}
	q, err := a.rowQuery(c, collection)
	if err != nil {
		return Rows{}, err
	}
	now := c.businessNow()
	if err := bearable(c.r.Context(), c.state.World, q, now); err != nil {
		return Rows{}, err
	}
	found, err := c.state.World.Read(c.r.Context(), q, now)
	if err != nil {
		return Rows{}, badInput("control.named_problem", "name", "time", "problem", strings.TrimPrefix(err.Error(), "fixtures: "))
	}
	page := Rows{Rows: rowsOf(found.Rows), Page: q.Page.No, Size: q.Page.Size}
	if q.Page.Count {
		page.Total = &found.Total
	}
	return page, nil
}

func rowsOf(found []fixtures.Row) []Row {
	list := make([]Row, len(found))
	for i := range found {
		list[i] = textsOf(&found[i])
	}
	return list
}

func textsOf(r *fixtures.Row) Row { return Row{Key: r.Key(), Row: r.Texts(), Lines: r.LineTexts()} }

// written is a row that was added or changed, with a warning when no query shows it now.
func written(r *fixtures.Row, now time.Time) Row {
	row := textsOf(r)
	column := r.C.TimeColumn("")
	if column == nil {
		return row
	}
	var m text.Message
	switch at := r.Get(column.Name).Unix(); {
	case at == 0:
		m = text.Say("control.row_never", "column", column.Name)
	case at > now.Unix():
		m = text.Say("control.row_later", "column", column.Name, "at", beijingText(time.Unix(at, 0)), "now", beijingText(now))
	default:
		return row
	}
	row.Warnings = []Problem{{Text: text.In(text.English).Text(m), ID: m.ID}}
	return row
}

// rowParams are the parameters of a query beside columns. No column has one of these names.
var rowParams = []param{
	{"from", "string", "not before this moment of the time column, Beijing time, as 2022-12-28 12:00:00; a day means its start"},
	{"to", "string", "not after this moment; a day means its end"},
	{"time", "string", "the time column of from and to; the collection's first when not given"},
	{"page", "integer", "from 0"},
	{"size", "integer", "rows of a page, 1 to 1000; 50 when not given"},
	{"total", "boolean", "whether all pages are counted"},
}

// rowQuery reads the query string: rowParams, and columns with the values that they must
// have. A column may have any of several values.
func (a *API) rowQuery(c *call, collection string) (catalog.Query, error) {
	q := catalog.Query{Collection: collection}
	values, columns := c.r.URL.Query(), fixtures.Columns(collection)
	words := (&route{query: rowParams}).paramNames()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(words, name):
		case slices.Contains(columns, name):
			q.Filters = append(q.Filters, catalog.Filter{Column: name, In: values[name]})
		default:
			return q, badInput("control.unknown_column", "name", name, "known", words, "columns", columns)
		}
	}
	var err error
	if q.Page.No, err = c.number("page", 0, 0, 1_000_000); err != nil {
		return q, err
	}
	if q.Page.Size, err = c.number("size", defaultRows, 1, mostRows); err != nil {
		return q, err
	}
	if total := values.Get("total"); total != "" {
		if q.Page.Count, err = strconv.ParseBool(total); err != nil {
			return q, badInput("control.bad_total", "value", total)
		}
	}
	return q, c.window(&q, values)
}

// window reads from and to. When only one of them is given, the other end is open.
func (c *call) window(q *catalog.Query, values url.Values) error {
	q.Column = values.Get("time")
	from, to := values.Get("from"), values.Get("to")
	if from == "" && to == "" {
		return nil
	}
	q.From, q.To = 1, c.businessNow().Unix()
	if from != "" {
		t, err := moment("from", from, 0)
		if err != nil {
			return err
		}
		q.From = t.Unix()
	}
	if to != "" {
		t, err := moment("to", to, 24*time.Hour-time.Second)
		if err != nil {
			return err
		}
		q.To = t.Unix()
	}
	if q.To < q.From {
		return refuse(http.StatusUnprocessableEntity, "control.backwards")
	}
	return nil
}

// moment reads a moment. Of a day, the moment is its start plus a part of the day.
func moment(name, s string, part time.Duration) (time.Time, error) {
	t, err := text.MomentOrDay(s, part)
	if err != nil {
		return t, badInput("control.bad_moment", "name", name, "value", s, "problem", err)
	}
	return t, nil
}

// bearable refuses a query that would scan too many orders.
func bearable(ctx context.Context, w *fixtures.World, q catalog.Query, now time.Time) error {
	from, to := time.Unix(q.From, 0), now
	if q.To != 0 && q.To < now.Unix() {
		to = time.Unix(q.To, 0)
	}
	days, orders := daysOf(from, to), ordersOfDay(ctx, w)
	if orders*days > mostOrders {
		return refuse(http.StatusUnprocessableEntity, "control.too_many_orders", "days", days, "orders", orders)
	}
	return nil
}

// opening is the first day that any business has.
var opening = time.Date(2012, 1, 1, 0, 0, 0, 0, wire.Beijing)

const oneDay = 24 * time.Hour

// daysOf returns the number of days with orders from one moment to another.
func daysOf(from, to time.Time) int {
	if from.Before(opening) {
		from = opening
	}
	return int(max(to.Sub(from), 0)/oneDay) + 1
}

// ordersOfDay returns the orders of one day of a world. The world does not have the number,
// so a query counts the orders of one day.
func ordersOfDay(ctx context.Context, w *fixtures.World) int {
	from := opening.Add(60 * oneDay)
	day, err := w.Read(ctx, catalog.Query{Collection: "trade", From: from.Unix(), To: from.Add(oneDay).Unix() - 1,
		Page: catalog.Page{Size: 1, Count: true}}, from.Add(100*oneDay))
	if err != nil {
		return fixtures.DefaultOrdersPerDay // the context ended: every world has the collection
	}
	return day.Total
}

// addRows adds all rows or none: each row is first added to a scratch world.
func (a *API) addRows(c *change, in rowList) (Rows, error) {
	collection, err := c.collection()
	if err != nil {
		return Rows{}, err
	}
	if err := c.state.World.Full(); err != nil {
		return Rows{}, because(http.StatusUnprocessableEntity, err)
	}
	now := c.write()
	if err := rehearse(collection, in, now); err != nil {
		return Rows{}, err
	}
	added := Rows{Rows: make([]Row, 0, len(in)), Size: len(in)}
	for i, values := range in {
		row, err := c.state.World.Insert(collection, values, now)
		if err != nil {
			return Rows{}, badInput("control.named_row", "number", i, "problem", err) // never: rehearse accepted the row
		}
		added.Rows = append(added.Rows, written(&row, now))
	}
	return added, nil
}

// rehearse returns all problems of the rows. An insert into a world with many rows is slower,
// so a scratch world gets a limited number of rows.
func rehearse(collection string, rows rowList, now time.Time) error {
	const rowsOfScratch = 500
	cache := fixtures.NewCache(fixtures.DefaultCacheBytes)
	e := badInput("control.nothing_added", "rows", len(rows))
	var scratch *fixtures.World
	for i, values := range rows {
		if i%rowsOfScratch == 0 {
			var err error
			if scratch, err = fixtures.New(fixtures.Config{Cache: cache}); err != nil {
				return err
			}
		}
		if _, err := scratch.Insert(collection, values, now); err != nil {
			e.report(0, "rows."+strconv.Itoa(i)+": ", text.Of(err))
			if len(e.Problems) == maxProblems {
				break
			}
		}
	}
	if e.Problems == nil {
		return nil
	}
	return e
}

// rowKey returns the collection and the key that the path names.
func (c *change) rowKey() (string, int64, error) {
	collection, err := c.collection()
	if err != nil {
		return "", 0, err
	}
	key, err := strconv.ParseInt(c.path["key"], 10, 64)
	if err != nil {
		return "", 0, badInput("control.bad_key", "key", c.path["key"])
	}
	return collection, key, nil
}

func (a *API) patchRow(c *change, in rowValues) (Row, error) {
	collection, key, err := c.rowKey()
	if err != nil {
		return Row{}, err
	}
	now := c.write()
	row, err := c.state.World.Patch(collection, key, in, now)
	switch {
	case errors.Is(err, fixtures.ErrNoRow):
		return Row{}, noRow(collection, key)
	case err != nil:
		return Row{}, because(http.StatusBadRequest, err)
	}
	return written(&row, now), nil
}

func (a *API) deleteRow(c *change) (nothing, error) {
	collection, key, err := c.rowKey()
	if err != nil {
		return nothing{}, err
	}
	if err := c.state.World.Delete(collection, key, c.write()); err != nil {
		return nothing{}, noRow(collection, key)
	}
	return nothing{}, nil
}

func noRow(collection string, key int64) *Error {
	return refuse(http.StatusNotFound, "control.no_row", "collection", collection, "key", key)
}

func (a *API) showAnswers(c *call) (Answers, error) { return Answers{c.state.Answers}, nil }
