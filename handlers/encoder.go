package handlers

import (
	"encoding/json"
	"strings"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/wire"
)

// rowEncoder writes rows of a collection as JSON, field by field.
type rowEncoder []fieldEncoder

type fieldEncoder struct {
	key    []byte // "name": with its quotes and colon; nil for rows that are one bare value
	column int
	append func(dst []byte, v wire.Value) []byte // writes the column; nil for the fields below
	fixed  []byte                                // always this
	lines  string                                // a list of the row's lines of that name
	fields rowEncoder                            // of the lines, or of an object of the row's own columns

	only       *catalog.Condition // the field is left out of rows that do not meet it
	onlyColumn int                // the column of the condition
}

func newRowEncoder(j wire.JSON, collection string, fields []catalog.Field) rowEncoder {
	encoder := make(rowEncoder, len(fields))
	for i := range fields {
		f, e := &fields[i], &encoder[i]
		e.only, e.lines = f.Only, f.Lines
		if f.Name != "" {
			e.key = append(j.AppendString(nil, f.Name), ':')
		}
		switch {
		case f.Const != nil:
			e.fixed = appendScalar(nil, j, f.Const.JSON())
		case f.Lines != "":
			e.fields = newRowEncoder(j, collection+"."+f.Lines, f.Fields)
		case f.Object:
			e.fields = newRowEncoder(j, collection, f.Fields)
		default:
			e.append, e.column = j.Encoder(f.Type), fixtures.ColumnIndex(collection, f.Column())
		}
		if f.Only != nil {
			e.onlyColumn = fixtures.ColumnIndex(collection, f.Only.Column)
		}
	}
	return encoder
}

// appendScalar writes a JSON scalar of the catalogue as the vendor's JSON does.
func appendScalar(dst []byte, j wire.JSON, scalar string) []byte {
	var text string
	if !strings.HasPrefix(scalar, `"`) || json.Unmarshal([]byte(scalar), &text) != nil {
		return append(dst, scalar...)
	}
	return j.AppendString(dst, text)
}

// appendRow writes one row.
func (e rowEncoder) appendRow(dst []byte, r *fixtures.Row) []byte {
	if len(e) == 1 && e[0].key == nil {
		return e[0].append(dst, r.At(e[0].column))
	}
	dst = append(dst, '{')
	first := len(dst)
	for i := range e {
		f := &e[i]
		if f.only != nil && !f.only.Holds(r.At(f.onlyColumn).Text()) {
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
			dst = f.fields.appendLines(dst, r.Lines(f.lines))
		case f.append == nil:
			dst = f.fields.appendRow(dst, r)
		default:
			dst = f.append(dst, r.At(f.column))
		}
	}
	return append(dst, '}')
}

// appendLines writes rows as a list.
func (e rowEncoder) appendLines(dst []byte, rows []fixtures.Row) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.appendRow(dst, &rows[i])
	}
	return append(dst, ']')
}
