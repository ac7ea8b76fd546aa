package lint

import (
	"maps"
	"slices"
	"strings"

	"shaxiang/catalog"
)

func (l *linter) rowChecks(path []any, checks []catalog.RowCheck, in *names) {
	for i, c := range checks {
		at := append(slices.Clone(path), i)
		l.evidence(at, c.Evidence)
		if !slices.Contains(catalog.Kinds(), c.Refuse) {
			l.at(append(at, "refuse"), "refuse: %q is not known", c.Refuse)
		}
		if c.Message == "" {
			l.at(at, "message: is missing")
		}
		for _, name := range catalog.Braces(c.Message) {
			if _, ok := c.Say[name]; !ok && !in.has(name) {
				l.at(append(at, "message"), "message: no argument is called %q", name)
			}
		}
		l.compared(at, &c, in)
		if c.Collection == "" && (c.When != nil || c.AtMost != nil) {
			l.ofArguments(at, &c)
		} else {
			l.match(at, c.Collection, c.Match, in)
		}
		for _, column := range slices.Sorted(maps.Keys(c.AtLeast)) {
			if !in.has(c.AtLeast[column]) {
				l.at(append(at, "at_least", column), "at_least: no argument is called %q", c.AtLeast[column])
			}
		}
		for _, column := range slices.Sorted(maps.Keys(c.Within)) {
			if c.Within[column] <= 0 {
				l.at(append(at, "within", column), "within: needs a time column and how old it may be: pay_time: 2160h")
			}
		}
		if c.Absent && (c.AtLeast != nil || c.Within != nil) {
			l.at(at, "absent: a row that must not be there cannot have at_least or within")
		}
		l.when(at, c.When, in)
		for j, where := range c.Where {
			l.condition(append(at, "where", j), where)
		}
	}
}

// ofArguments checks that a check without a collection has nothing that is about rows.
func (l *linter) ofArguments(at []any, c *catalog.RowCheck) {
	if c.Match != nil || c.Where != nil || c.AtLeast != nil || c.Within != nil || c.Absent {
		l.at(at, "collection: is missing; without one a check refuses what meets when or exceeds at_most, and has no match, where, at_least, within or absent")
	}
}

// compared checks the arguments that at_most compares, and the sources of a message.
func (l *linter) compared(at []any, c *catalog.RowCheck, in *names) {
	if c.Collection != "" && c.AtMost != nil {
		l.at(at, "at_most: compares arguments, and needs a check without a collection")
	}
	for _, name := range slices.Sorted(maps.Keys(c.AtMost)) {
		for _, arg := range []string{name, c.AtMost[name]} {
			if !in.has(arg) {
				l.at(append(slices.Clone(at), "at_most", name), "at_most: no argument is called %q", arg)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Say)) {
		source := c.Say[name]
		if source.Column == "" || !strings.Contains(c.Message, "{"+name+"}") {
			l.at(append(slices.Clone(at), "say", name), "say: needs a column, and a message with {%s}", name)
		}
		l.match(append(slices.Clone(at), "say", name), source.Collection, source.Match, in)
	}
}

// when checks that a condition is on an argument.
func (l *linter) when(at []any, c *catalog.Condition, in *names) {
	if c == nil {
		return
	}
	at = append(slices.Clone(at), "when")
	l.condition(at, *c)
	if c.Column != "" && !in.has(c.Column) {
		l.at(at, "when: no argument is called %q", c.Column)
	}
}

// match checks that there are a collection, and columns that are compared with arguments.
func (l *linter) match(at []any, collection string, match map[string]string, in *names) {
	if collection == "" || len(match) == 0 {
		l.at(at, "match: needs a collection, and column: argument")
	}
	for _, column := range slices.Sorted(maps.Keys(match)) {
		if !in.has(match[column]) {
			l.at(append(at, "match", column), "match: no argument is called %q", match[column])
		}
	}
}
