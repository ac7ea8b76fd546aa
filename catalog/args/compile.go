package args

import (
	"slices"

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

	// HasReferences says that References may return some.
	HasReferences bool
}

// param is a parameter compiled for its checks.
type param struct {
	*catalog.Param
	form     form
	key      string           // of a scalar, its Key
	zero     wire.Value       // of a scalar: the value in a new row when none was given, but for now
	now      bool             // the default is the moment of the call
	separate bool             // it fills no column, or another argument of the input has its key
	needed   bool             // some calls at least are refused when it is missing
	limited  bool             // the checks of lengths and enums may refuse a value
	filters  bool             // it filters a column
	filter   []catalog.Filter // of a call that does not send it, because of its default
	alone    bool             // of a list: its rows are documents each of which may be refused without the others

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

// Compile compiles an endpoint that has no problems.
func Compile(v *catalog.Vendor, e *catalog.Endpoint) *Endpoint {
	c := &Endpoint{Endpoint: e, vendor: v, width: len(e.Args)}
	documents := e.Documents()
	c.params = c.compile(e.Args, documents)
	markSeparate(c.params, map[string]*param{})
	for _, p := range e.Args {
		c.width += len(p.Fields)
		c.HasReferences = c.HasReferences || hasReference(p)
	}
	return c
}

// hasReference reports whether a parameter, or one inside, names a row elsewhere.
func hasReference(p *catalog.Param) bool {
	return p.Known != nil || slices.ContainsFunc(p.Fields, hasReference)
}

// compile compiles parameters, and finds the one that lists the documents.
func (c *Endpoint) compile(params []*catalog.Param, documents *catalog.Param) []*param {
	list := make([]*param, len(params))
	for i, p := range params {
		x := c.param(p)
		if p == documents {
			c.documents = x
			x.alone = !c.Write.Error.IsZero()
		}
		if len(p.Fields) > 0 {
			x.fields = c.compile(p.Fields, documents)
			x.flat = flat(x.fields)
			x.index = make(map[string]int, len(p.Fields))
			for j, f := range p.Fields {
				x.index[f.Name] = j
			}
		}
		if x.form == listForm && p.Type != catalog.TypeList {
			x.element = c.param(p.Element())
			x.element.separate = p.Column == "-"
		}
		list[i] = x
	}
	return list
}

func (c *Endpoint) param(p *catalog.Param) *param {
	x := &param{Param: p, form: formOf(p.Type)}
	if x.form == scalarForm {
		x.key, x.zero = p.Key(), p.Type.Zero()
	}
	x.filters = c.Filters(p)
	if p.Default != nil {
		v, _ := p.Parse(*p.Default) // the linter ensures that it parses, or is now
		x.filter = []catalog.Filter{{Column: p.Key(), In: []string{v.Text()}}}
		if x.now = *p.Default == catalog.NowDefault; x.form == scalarForm && !x.now {
			x.zero = v
		}
	}
	x.limited = p.Type == catalog.TypeDecimal || p.Length > 0 || p.Most > 0 || p.Least > 0 || len(p.Enum) > 0 ||
		p.Max != nil || p.Min != nil || p.Above != nil
	s := c.Span
	x.needed = p.Required || p.With != "" || s != nil && (p.Name == s.From || p.Name == s.To)
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
		if p.form == scalarForm {
			p.separate = p.Column == "-"
			if other := byKey[p.key]; other != nil {
				p.separate, other.separate = true, true
			} else {
				byKey[p.key] = p
			}
		}
		if p.form == listForm {
			markSeparate(p.fields, map[string]*param{})
		} else {
			markSeparate(p.fields, byKey)
		}
	}
}
