package catalog

import "slices"

// passed returns the names that do not count in a scope: of each list of first_of
// all but the first that was given. Where none was given all count.
func (e *Endpoint) passed(s *scope) []string {
	var passed []string
	for _, names := range e.FirstOf {
		first := slices.IndexFunc(names, s.has)
		if first < 0 {
			continue
		}
		passed = append(passed, names[:first]...)
		passed = append(passed, names[first+1:]...)
	}
	return passed
}

// pass makes an argument one that was not given and that identifies nothing.
func (in *Input) pass(x *Arg) {
	if in.Passed == nil {
		in.Passed = map[string]bool{}
	}
	in.Passed[x.param.Key()] = true
	x.Value, x.Given, x.raw = x.param.zero(), false, nil
}

// Passes reports whether an argument identifies nothing in this call, because
// another of its first_of does.
func (in *Input) Passes(name string) bool {
	for ; in != nil; in = in.Outer {
		if in.Passed[name] {
			return true
		}
	}
	return false
}

// choicesInOrder wants the arguments of which only the first counts to stand in one
// input.
func (l *linter) choicesInOrder(e *Endpoint) {
	for i, names := range e.FirstOf {
		if len(names) < 2 {
			l.at([]any{"first_of", i}, "first_of: needs two arguments or more")
			continue
		}
		params := e.Args
		if rows := e.documents(); field(params, names[0]) == nil && rows != nil {
			params = rows.Fields
		}
		for j, name := range names {
			if p := field(params, name); p == nil || !p.scalar() {
				l.at([]any{"first_of", i, j}, "first_of: no argument of the call, or of each of its documents, is called %q", name)
			}
		}
	}
}
