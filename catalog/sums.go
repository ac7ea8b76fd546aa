package catalog

import (
	"slices"

	"shaxiang/internal/wire"
)

// RowSum is a number over all rows that a query matches, on whatever page: the sum
// of a column, or how many rows there are.
type RowSum struct {
	Name string    `yaml:"name"` // its $name in the answer
	Of   string    `yaml:"of"`   // the column; how many rows when not given
	Type wire.Type `yaml:"type"`
}

// sums wants each sum to have a name of its own that the answer shows.
func (l *linter) sums(e *Endpoint) []string {
	shown := e.Answer.Placeholders()
	names := []string{}
	for i, s := range e.Rows.Sums {
		at := []any{"rows", "sums", i}
		switch {
		case s.Name == "" || slices.Contains(queryParts, s.Name) || slices.Contains(names, s.Name):
			l.at(at, "sums: needs a name of its own")
		case !slices.Contains(shown, s.Name):
			l.at(at, "sums: the answer does not show $%s", s.Name)
		}
		if !s.Type.Known() {
			l.at(at, "type: %q is not known", s.Type)
		}
		names = append(names, s.Name)
	}
	return names
}
