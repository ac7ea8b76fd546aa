// Package args checks the arguments of a call, check by check in the vendor's order, and
// turns them into a query or into the rows of a write. It leaves out the checks that need
// a signature, a tenant or stored rows: see catalog.CallChecks.
package args

import (
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// Sent is what a client sent as arguments of a call.
type Sent struct {
	List   []wire.Node                                 // by position; one object for vendors that send names
	Public func(name string) (value string, sent bool) // public parameters, among which a page may be; nil for none
	Now    time.Time                                   // the tenant's
	Limits wire.Limits                                 // of an object or a list that came as a text
}

// scope is the arguments of one input: of the call, of a document or of one of its
// lines. The members of an object follow the object.
type scope struct {
	args    []catalog.Arg
	states  []state          // of args, at the same index
	refused *catalog.Refusal // of a row of a write that is refused alone
}

// state is what the checks know of an argument beside its value.
type state struct {
	param  *param
	rows   []scope // of a list; of a list of scalars each row has one argument
	absent bool    // it is a member of an object that was not sent, so it is never required
}

// arg is an argument with its state.
type arg struct {
	*catalog.Arg
	*state
}

func (s *scope) at(i int) arg { return arg{&s.args[i], &s.states[i]} }

// find returns an argument that was given. ok is false for any other name.
func (s *scope) find(name string) (x arg, ok bool) {
	for i := range s.args {
		if s.states[i].param.Name == name && s.args[i].Given {
			return s.at(i), true
		}
	}
	return arg{}, false
}

// has reports whether an argument was given and is not empty.
func (s *scope) has(name string) bool {
	x, ok := s.find(name)
	if !ok || x.param.form == listForm {
		return ok && len(x.rows) > 0
	}
	return x.SentText() != ""
}

// Checker checks the arguments of one call. After the checks it makes the query or the
// inputs of the call. It is for one goroutine at a time.
type Checker struct {
	endpoint *Endpoint
	sent     Sent
	root     scope
	memory   memory

	cells   int          // arguments of the rows of all lists so far
	unknown *string      // the first name that the method does not have
	lacking bool         // something was sent empty, or may be required and was not sent
	fine    bool         // the check "type" has found that "length" and "enum" refuse nothing
	page    catalog.Page // of a checked query
}

// memory holds what a call needs; the next call uses it again.
type memory struct {
	args   wire.Arena[catalog.Arg] // of the rows of lists
	states wire.Arena[state]
	scopes wire.Arena[scope]
	inputs wire.Arena[catalog.Input]
}

// NewChecker returns a checker for one call.
func NewChecker(e *Endpoint, sent Sent) *Checker {
	c := &Checker{}
	c.Begin(e, sent)
	return c
}

// Begin prepares the checker for a call. The call before must have ended.
func (c *Checker) Begin(e *Endpoint, sent Sent) {
	if sent.Public == nil {
		sent.Public = func(string) (string, bool) { return "", false }
	}
	*c = Checker{endpoint: e, sent: sent, root: c.root, memory: c.memory}
}

// End ends the call. Its inputs are no longer valid.
func (c *Checker) End() {
	clear(c.root.args)
	clear(c.root.states)
	c.memory.args.Empty()
	c.memory.states.Empty()
	c.memory.scopes.Empty()
	c.memory.inputs.Empty()
	*c = Checker{root: scope{args: c.root.args[:0], states: c.root.states[:0]}, memory: c.memory}
}

// Run does the check of that name, if the endpoint has anything to check. The first
// refusal ends a call. Run panics if no check of arguments has the name, which is a mistake
// of the caller.
func (c *Checker) Run(check string) *catalog.Refusal {
	switch check {
	case "shape":
		return c.checkShape()
	case "unknown":
		if c.unknown != nil {
			return catalog.Refuse(catalog.UnknownParam, "name", *c.unknown).Say("args.unknown_argument", "method", c.endpoint.Method, "name", *c.unknown)
		}
	case "required":
		if c.lacking { // few calls do
			if refused := c.each(&c.root, c.required); refused != nil {
				return refused
			}
		}
		if len(c.endpoint.OneOf) > 0 {
			return c.checkOneOf()
		}
	case "type":
		c.fine = true
		return c.each(&c.root, c.checkType)
	case "length":
		if !c.fine {
			return c.each(&c.root, checkSize)
		}
	case "enum":
		if !c.fine {
			return c.each(&c.root, checkEnum)
		}
	case "span":
		if c.endpoint.Span != nil {
			return c.checkSpan(c.endpoint.Span)
		}
	case "paging":
		if c.endpoint.Paging != nil {
			return c.checkPaging(c.endpoint.Paging)
		}
	default:
		panic("args: no check of arguments is called " + check)
	}
	return nil
}

// each does a check of every argument, those of lists' rows included. A row that is
// written by itself gets its own refusal. Any other refusal is the call's.
func (c *Checker) each(s *scope, check func(arg) *catalog.Refusal) *catalog.Refusal {
	for i := range s.args {
		x := s.at(i)
		if refused := check(x); refused != nil {
			return refused
		}
		for j := range x.rows {
			row := &x.rows[j]
			if row.refused != nil {
				continue
			}
			refused := c.each(row, check)
			if !x.param.alone && refused != nil {
				return refused
			}
			row.refused = refused
		}
	}
	return nil
}

// Reference is an argument that names a row elsewhere. At least one of the values must be
// known there: see catalog.Param.Known.
type Reference struct {
	Param  *catalog.Param
	Values []string
}

// References returns the references of the call, in the order of its arguments.
func (c *Checker) References() []Reference {
	var found []Reference
	for i := range c.root.args {
		if x := c.root.at(i); x.Given && x.param.Known != nil {
			found = append(found, Reference{x.param.Param, x.texts()})
		}
	}
	return found
}
