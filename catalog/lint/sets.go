package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
)

func (l *linter) sets(path []any, sets []catalog.Set, in *names) {
	for i, s := range sets {
		at := append(slices.Clone(path), i)
		sources := 0
		for _, given := range []bool{s.Value != "", s.From != nil, s.Arg != "", s.Number != "", s.Sum != nil, s.Product != nil} {
			if given {
				sources++
			}
		}
		if s.Column == "" || sources != 1 {
			l.at(at, "lint.set")
		}
		if strings.HasPrefix(s.Value, "$") && s.Value != catalog.NowDefault {
			l.at(append(at, "value"), "lint.value", "value", s.Value, "constant", catalog.NowDefault)
		}
		if s.From != nil {
			l.match(append(at, "from"), s.From.Collection, s.From.Match, in)
			if s.From.Column == "" {
				l.at(append(at, "from"), "lint.missing", "key", "column")
			}
		}
		if s.Arg != "" && !in.has(s.Arg) {
			l.at(append(at, "arg"), "lint.no_argument", "key", "arg", "name", s.Arg)
		}
		if s.Sum != nil {
			l.sum(append(at, "sum"), s.Sum, in)
		}
		l.product(append(at, "product"), s.Product, sets[:i], in)
	}
}

func (l *linter) sum(at []any, s *catalog.Sum, in *names) {
	if s.Lines != "" {
		if s.List != "" || s.Of == "" && s.Times != "" {
			l.at(at, "lint.sum")
		}
		return // overLines checks the lines, and Endpoint.Uses lists their columns
	}
	rows := in.rows(s.List)
	if rows == nil {
		l.at(at, "lint.no_list", "key", "sum", "name", s.List)
		return
	}
	for _, name := range []string{s.Of, s.Times} {
		if name == s.Times && name == "" {
			continue
		}
		if !slices.Contains(rows.args, name) {
			l.at(at, "lint.sum_argument", "list", s.List, "name", name)
		}
	}
}

// product checks that every factor is an argument, or a column that is set before.
func (l *linter) product(at []any, factors []string, before []catalog.Set, in *names) {
	if factors != nil && len(factors) < 2 {
		l.at(at, "lint.product")
	}
	for _, name := range factors {
		set := slices.ContainsFunc(before, func(s catalog.Set) bool { return s.Column == name && (s.Sum == nil || s.Sum.Lines == "") })
		if !set && !in.has(name) {
			l.at(at, "lint.factor_unset", "name", name)
		}
	}
}

// overLines checks that the write has the lines over which columns are summed.
func (l *linter) overLines(path []any, sets []catalog.Set, lines []catalog.Lines) {
	for i, s := range sets {
		if s.Sum == nil || s.Sum.Lines == "" {
			continue
		}
		if !slices.ContainsFunc(lines, func(x catalog.Lines) bool { return x.Into == s.Sum.Lines }) {
			l.at(append(slices.Clone(path), i, "sum"), "lint.sum_lines", "lines", s.Sum.Lines)
		}
	}
}
