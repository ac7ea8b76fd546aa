package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/text"
)

// names is what a write can refer to in one input: the arguments by their keys, and the
// lists, whose rows are inputs of their own.
type names struct {
	args  []string
	lists map[string][]*catalog.Param // the members of each list's rows
	outer *names
}

func namesOf(params []*catalog.Param, outer *names) *names {
	n := &names{lists: map[string][]*catalog.Param{}, outer: outer}
	for _, p := range catalog.Flat(params) {
		switch {
		case p.Type.IsScalar():
			n.args = append(n.args, p.Key())
		case p.Type == catalog.TypeList:
			n.lists[p.Key()] = p.Fields
		case p.Type.IsList():
			n.lists[p.Key()] = []*catalog.Param{p.Element()}
		}
	}
	return n
}

// has reports whether the input, or an input around it, has an argument.
func (n *names) has(name string) bool {
	for ; n != nil; n = n.outer {
		if slices.Contains(n.args, name) {
			return true
		}
	}
	return false
}

// rows returns the names of a list's rows, nil when there is no such list. A
// document's lists are its own and those beside the documents.
func (n *names) rows(list string) *names {
	for at := n; at != nil; at = at.outer {
		if fields, ok := at.lists[list]; ok {
			return namesOf(fields, n)
		}
	}
	return nil
}

func (l *linter) write(e *catalog.Endpoint) {
	w := e.Write
	if w == nil {
		l.at([]any{"write"}, "lint.write_missing")
		return
	}
	if e.Partial.IsZero() != w.Error.IsZero() || w.Each == "" && !w.Error.IsZero() {
		l.at([]any{"write"}, "lint.write_error")
	}
	in := namesOf(e.Args, nil)
	if w.Each != "" {
		if in = in.rows(w.Each); in == nil {
			var hint text.Message
			if p := e.Param(w.Each); p != nil && p.Type.IsList() {
				hint = text.Say("lint.by_column", "column", p.Key())
			}
			l.at([]any{"write", "each"}, "lint.each", "name", w.Each, "hint", hint)
			return // the checks below look its members up
		}
	}
	l.template([]any{"write", "error"}, &w.Error, append([]string{"message", "code"}, in.args...)...)
	l.answers(e)
	if w.When != nil {
		l.at([]any{"write", "when"}, "lint.when_also")
	}
	if w.Update && !slices.ContainsFunc(w.Checks, func(c catalog.RowCheck) bool { return c.Collection == w.Collection && !c.Absent }) {
		l.at([]any{"write", "update"}, "lint.update_check", "collection", w.Collection)
	}
	l.writing([]any{"write"}, w, in)
	l.unnamed(e)
}

// answers checks that the answers of a write show only its parts, and columns of the row
// that was written last.
func (l *linter) answers(e *catalog.Endpoint) {
	shown := append(e.Answer.Placeholders(), e.Partial.Placeholders()...)
	for _, t := range []struct {
		key string
		t   *catalog.Template
	}{{"answer", &e.Answer}, {"partial", &e.Partial}} {
		for _, name := range t.t.Placeholders() {
			if name == "rows" || name == "total" {
				l.at([]any{t.key}, "lint.not_of_write", "key", t.key, "name", name, "parts", "$"+strings.Join(catalog.WriteParts(), ", $"))
			}
		}
	}
	if slices.Contains(shown, "done") == e.Write.Done.IsZero() {
		l.at([]any{"write"}, "lint.done")
	}
	if slices.Contains(shown, "row") != (e.Rows != nil) {
		l.at([]any{"rows"}, "lint.rows_of_answer")
	}
	if r := e.Rows; r != nil { // without a collection they have the write's
		if r.Collection != e.Write.Collection || r.Where != nil || r.One {
			l.at([]any{"rows"}, "lint.rows_of_write")
		}
		l.fields([]any{"rows", "fields"}, r.Fields)
	}
}

// writing checks a write and the writes under also. The names are those of its input.
func (l *linter) writing(at []any, w *catalog.Write, in *names) {
	at = slices.Clone(at)
	if w.Collection == "" {
		l.at(at, "lint.missing", "key", "collection")
	}
	if w.Update && len(w.Key) == 0 {
		l.at(append(at, "update"), "lint.update_key")
	}
	for i, k := range w.Key {
		if !in.has(k) && !slices.ContainsFunc(w.Set, func(s catalog.Set) bool { return s.Column == k }) {
			l.at(append(at, "key", i), "lint.key_unset", "name", k)
		}
	}
	l.rowChecks(append(at, "checks"), w.Checks, in)
	l.sets(append(at, "set"), w.Set, in)
	l.overLines(append(at, "set"), w.Set, w.Lines)
	l.effects(append(at, "effects"), w.Effects, in)
	for i := range w.Lines {
		l.lines(append(at, "lines", i), &w.Lines[i], in)
	}
	for i := range w.Also {
		l.also(append(at, "also", i), &w.Also[i], &names{args: setBy(w), lists: in.lists, outer: in})
	}
}

// setBy returns the columns that a write sets. The writes under also may refer to them as
// if they were arguments.
func setBy(w *catalog.Write) []string {
	columns := make([]string, len(w.Set))
	for i := range w.Set {
		columns[i] = w.Set[i].Column
	}
	return columns
}

func (l *linter) also(at []any, w *catalog.Write, in *names) {
	l.when(at, w.When, in)
	if !w.Error.IsZero() || !w.Done.IsZero() {
		l.at(at, "lint.also_error")
	}
	if w.Each != "" {
		rows := in.rows(w.Each)
		if rows == nil {
			l.at(append(slices.Clone(at), "each"), "lint.no_list", "key", "each", "name", w.Each)
			return
		}
		in = rows
	}
	l.writing(at, w, in)
}

// lines checks that the lines are a list of the input. A list beside the documents needs an
// argument that assigns its rows to documents.
func (l *linter) lines(at []any, x *catalog.Lines, in *names) {
	at = slices.Clone(at)
	if x.List == "" || x.Into == "" {
		l.at(at, "lint.lines")
	}
	rows := in.rows(x.List)
	if rows == nil {
		l.at(append(at, "list"), "lint.no_list", "key", "list", "name", x.List)
		return
	}
	_, own := in.lists[x.List]
	switch {
	case own && x.By != "":
		l.at(append(at, "by"), "lint.by_own_list", "list", x.List)
	case !own && x.By == "":
		l.at(at, "lint.by_missing", "list", x.List)
	case x.By != "" && (!slices.Contains(rows.args, x.By) || !in.has(x.By)):
		l.at(append(at, "by"), "lint.by_argument", "name", x.By)
	}
	l.when(at, x.When, rows)
	l.sets(append(at, "set"), x.Set, rows)
	l.overLines(append(at, "set"), x.Set, nil)
	l.rowChecks(append(at, "checks"), x.Checks, rows)
}

// unnamed checks that every list is written somewhere, or has the column "-".
func (l *linter) unnamed(e *catalog.Endpoint) {
	named := map[string]bool{}
	var visitWrite func(w *catalog.Write)
	visitWrite = func(w *catalog.Write) {
		named[w.Each] = true
		sums := slices.Clone(w.Set)
		for _, x := range w.Lines {
			named[x.List] = true
			sums = append(sums, x.Set...)
		}
		for _, s := range sums {
			if s.Sum != nil {
				named[s.Sum.List] = true
			}
		}
		for i := range w.Also {
			visitWrite(&w.Also[i])
		}
	}
	visitWrite(e.Write)
	walk([]any{"args"}, e.Args, func(x visit) {
		if x.p.Type.IsList() && x.p.Column != "-" && !named[x.p.Key()] {
			l.at(x.at, "lint.list_unused", "list", x.p.Name)
		}
	})
}

func (l *linter) effects(path []any, effects []catalog.Effect, in *names) {
	for i, x := range effects {
		at := append(slices.Clone(path), i)
		if x.When != nil {
			l.condition(append(at, "when"), *x.When)
		}
		if x.Column == "" || (x.Add != "") == (x.Subtract != "") {
			l.at(at, "lint.effect")
		} else if !in.has(x.Add + x.Subtract) {
			l.at(at, "lint.no_argument", "key", "effects", "name", x.Add+x.Subtract)
		}
		l.match(at, x.Collection, x.Match, in)
	}
}
