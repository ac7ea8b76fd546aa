package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
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
		l.at([]any{"write"}, "write: a writing endpoint needs it")
		return
	}
	if e.Partial.IsZero() != w.Error.IsZero() || w.Each == "" && !w.Error.IsZero() {
		l.at([]any{"write"}, "write: write.error and partial go together, and with each: rows that fail one by one; without both, all are refused with the first")
	}
	in := namesOf(e.Args, nil)
	if w.Each != "" {
		if in = in.rows(w.Each); in == nil {
			hint := ""
			if p := e.Param(w.Each); p != nil && p.Type.IsList() {
				hint = "; a write refers to it by its column, " + p.Key()
			}
			l.at([]any{"write", "each"}, "each: no argument of type list is called %q%s", w.Each, hint)
			return // the checks below look its members up
		}
	}
	l.template([]any{"write", "error"}, &w.Error, append([]string{"message", "code"}, in.args...)...)
	l.answers(e)
	if w.When != nil {
		l.at([]any{"write", "when"}, "when: only a write under also has one")
	}
	if w.Update && !slices.ContainsFunc(w.Checks, func(c catalog.RowCheck) bool { return c.Collection == w.Collection && !c.Absent }) {
		l.at([]any{"write", "update"}, "update: needs a check on %s, which refuses a row that is not there", w.Collection)
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
				l.at([]any{t.key}, "%s: $%s is not known here; a write has %s and the columns of its row", t.key, name, "$"+strings.Join(catalog.WriteParts(), ", $"))
			}
		}
	}
	if slices.Contains(shown, "done") == e.Write.Done.IsZero() {
		l.at([]any{"write"}, "done: $done in an answer and write.done go together")
	}
	if slices.Contains(shown, "row") != (e.Rows != nil) {
		l.at([]any{"rows"}, "rows: $row in the answer of a write and rows go together")
	}
	if r := e.Rows; r != nil { // without a collection they have the write's
		if r.Collection != e.Write.Collection || r.Where != nil || r.One {
			l.at([]any{"rows"}, "rows: of a write are its collection's, without where or one")
		}
		l.fields([]any{"rows", "fields"}, r.Fields)
	}
}

// writing checks a write and the writes under also. The names are those of its input.
func (l *linter) writing(at []any, w *catalog.Write, in *names) {
	at = slices.Clone(at)
	if w.Collection == "" {
		l.at(at, "collection: is missing")
	}
	if w.Update && len(w.Key) == 0 {
		l.at(append(at, "update"), "update: needs a key, by which the row is found")
	}
	for i, k := range w.Key {
		if !in.has(k) && !slices.ContainsFunc(w.Set, func(s catalog.Set) bool { return s.Column == k }) {
			l.at(append(at, "key", i), "key: %q is no argument, and nothing sets it", k)
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
		l.at(at, "also: error and done belong to the write itself")
	}
	if w.Each != "" {
		rows := in.rows(w.Each)
		if rows == nil {
			l.at(append(slices.Clone(at), "each"), "each: the input has no list called %q", w.Each)
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
		l.at(at, "lines: needs a list and into")
	}
	rows := in.rows(x.List)
	if rows == nil {
		l.at(append(at, "list"), "list: the input has no list called %q", x.List)
		return
	}
	_, own := in.lists[x.List]
	switch {
	case own && x.By != "":
		l.at(append(at, "by"), "by: list %q is the input's own; only the rows of a list beside the documents are assigned", x.List)
	case !own && x.By == "":
		l.at(at, "by: is missing; list %q is beside the documents; name the argument that assigns its rows to a document", x.List)
	case x.By != "" && (!slices.Contains(rows.args, x.By) || !in.has(x.By)):
		l.at(append(at, "by"), "by: %q must be an argument of the document and of the list", x.By)
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
			l.at(x.at, "list %q is named by no each, lines or sum; write column: \"-\" if it is not kept", x.p.Name)
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
			l.at(at, "effects: needs a column, and either add or subtract")
		} else if !in.has(x.Add + x.Subtract) {
			l.at(at, "effects: no argument is called %q", x.Add+x.Subtract)
		}
		l.match(at, x.Collection, x.Match, in)
	}
}
