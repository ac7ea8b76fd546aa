package args

import (
	"sync"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// Endpoint is an endpoint compiled for its checks. It holds what every call asks of the
// parameters and is never changed, so all calls share it.
type Endpoint struct {
	*catalog.Endpoint
	vendor    *catalog.Vendor
	params    []*param // of Args
	documents *param   // the list whose rows are written one by one; nil for none
	width     int      // about the number of arguments of the call itself, to reserve memory
}

// param is a parameter compiled for its checks.
type param struct {
	*catalog.Param
	form     form
	key      string     // of a scalar, its Key
	zero     wire.Value // of a scalar: the value in a new row when none was given
	separate bool       // it fills no column, or another argument of the input has its key
	needed   bool       // some calls at least are refused when it is missing
	filters  bool       // it filters a column

	fields  []*param
	flat    []*param       // fields, and the members of objects among them, as catalog.Flat has them
	index   map[string]int // of fields by their names
	element *param         // of a list of scalars
}

// form is what an argument of a type looks like.
type form uint8

const (
	scalarForm form = iota
	objectForm
	listForm
)

func formOf(t catalog.ParamType) form {
	switch {
	case t == catalog.TypeObject:
		return objectForm
	case t.IsList():
		return listForm
	}
	return scalarForm
}

func (p *param) isScalar() bool { return p.form == scalarForm }

func (p *param) isList() bool { return p.form == listForm }

// Compile compiles an endpoint that has no problems.
func Compile(v *catalog.Vendor, e *catalog.Endpoint) *Endpoint {
	c := &Endpoint{Endpoint: e, vendor: v, width: len(e.Args)}
	documents := e.Documents()
	c.params = c.compile(e.Args, documents)
	markSeparate(c.params, map[string]*param{})
	for _, p := range e.Args {
		c.width += len(p.Fields)
	}
	return c
}

// compile compiles parameters, and finds the one that lists the documents.
func (c *Endpoint) compile(params []*catalog.Param, documents *catalog.Param) []*param {
	list := make([]*param, len(params))
	for i, p := range params {
		x := c.param(p)
		if p == documents {
			c.documents = x
		}
		if len(p.Fields) > 0 {
			x.fields = c.compile(p.Fields, documents)
			x.flat = flat(x.fields)
			x.index = make(map[string]int, len(p.Fields))
			for j, f := range p.Fields {
				x.index[f.Name] = j
			}
		}
		if x.isList() && p.Type != catalog.TypeList {
			x.element = c.param(p.Element())
			x.element.separate = p.Column == "-"
		}
		list[i] = x
	}
	return list
}

func (c *Endpoint) param(p *catalog.Param) *param {
	x := &param{Param: p, form: formOf(p.Type)}
	if x.isScalar() {
		x.key, x.zero = p.Key(), p.Type.Zero()
	}
	s := c.Span
	x.needed = p.Required || p.With != "" || s != nil && (p.Name == s.From || p.Name == s.To)
	x.filters = c.Filters(p)
	return x
}

// flat is catalog.Flat of compiled parameters.
func flat(params []*param) []*param {
	var list []*param
	for _, p := range params {
		list = append(list, p)
		if p.form == objectForm {
			list = append(list, flat(p.fields)...)
		}
	}
	return list
}

// markSeparate marks the scalars of one input that fill no column, and those that share
// their key. byKey has the parameters of the input before these.
func markSeparate(params []*param, byKey map[string]*param) {
	for _, p := range params {
		if p.isScalar() {
			p.separate = p.Column == "-"
			if other := byKey[p.key]; other != nil {
				p.separate, other.separate = true, true
			} else {
				byKey[p.key] = p
			}
		}
		if p.isList() {
			markSeparate(p.fields, map[string]*param{})
		} else {
			markSeparate(p.fields, byKey)
		}
	}
}

// Cache compiles each endpoint once, when it is first called: a program that calls three
// methods does not wait for hundreds. The zero Cache is empty and safe for concurrent use.
type Cache struct {
	compiled sync.Map // *catalog.Endpoint → *Endpoint
}

// Endpoint returns the compiled form of an endpoint.
func (c *Cache) Endpoint(v *catalog.Vendor, e *catalog.Endpoint) *Endpoint {
	if found, ok := c.compiled.Load(e); ok {
		return found.(*Endpoint)
	}
	found, _ := c.compiled.LoadOrStore(e, Compile(v, e))
	return found.(*Endpoint)
}
