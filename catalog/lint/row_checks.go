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
			l.at(append(at, "refuse"), "lint.not_known", "key", "refuse", "got", c.Refuse)
		}
		if c.Message == "" {
			l.at(at, "lint.missing", "key", "message")
		}
		for _, name := range catalog.Braces(c.Message) {
			if _, ok := c.Say[name]; !ok && !in.has(name) {
				l.at(append(at, "message"), "lint.no_argument", "key", "message", "name", name)
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
				l.at(append(at, "at_least", column), "lint.no_argument", "key", "at_least", "name", c.AtLeast[column])
			}
		}
		for _, column := range slices.Sorted(maps.Keys(c.Within)) {
			if c.Within[column] <= 0 {
				l.at(append(at, "within", column), "lint.within")
			}
		}
		if c.Absent && (c.AtLeast != nil || c.Within != nil) {
			l.at(at, "lint.absent")
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
		l.at(at, "lint.check_of_arguments")
	}
}

// compared checks the arguments that at_most compares, and the sources of a message.
func (l *linter) compared(at []any, c *catalog.RowCheck, in *names) {
	if c.Collection != "" && c.AtMost != nil {
		l.at(at, "lint.at_most_rows")
	}
	for _, name := range slices.Sorted(maps.Keys(c.AtMost)) {
		for _, arg := range []string{name, c.AtMost[name]} {
			if !in.has(arg) {
				l.at(append(slices.Clone(at), "at_most", name), "lint.no_argument", "key", "at_most", "name", arg)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Say)) {
		source := c.Say[name]
		if source.Column == "" || !strings.Contains(c.Message, "{"+name+"}") {
			l.at(append(slices.Clone(at), "say", name), "lint.say", "name", name)
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
		l.at(at, "lint.no_argument", "key", "when", "name", c.Column)
	}
}

// match checks that there are a collection, and columns that are compared with arguments.
func (l *linter) match(at []any, collection string, match map[string]string, in *names) {
	if collection == "" || len(match) == 0 {
		l.at(at, "lint.match")
	}
	for _, column := range slices.Sorted(maps.Keys(match)) {
		if !in.has(match[column]) {
			l.at(append(at, "match", column), "lint.no_argument", "key", "match", "name", match[column])
		}
	}
}
