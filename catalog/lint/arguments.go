package lint

import (
	"maps"
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// visit is one argument on a walk, at any depth.
type visit struct {
	at     []any
	p      *catalog.Param
	inList bool // it is a member of a list's rows
}

func walk(path []any, params []*catalog.Param, do func(visit)) {
	walkIn(path, params, false, do)
}

func walkIn(path []any, params []*catalog.Param, inList bool, do func(visit)) {
	for i, p := range params {
		at := append(slices.Clone(path), i)
		do(visit{at, p, inList})
		walkIn(append(slices.Clone(at), "fields"), p.Fields, inList || p.Type.IsList(), do)
	}
}

// args checks the arguments. It reports false if an element of a list of arguments is empty.
func (l *linter) args(e *catalog.Endpoint) bool {
	if !l.params([]any{"args"}, e.Args) {
		return false
	}
	l.inputs(e)
	walk([]any{"args"}, e.Args, func(x visit) {
		if p := x.p; (x.inList || !p.Type.IsScalar()) && (p.Lifts != nil || p.Selects != nil) || x.inList && p.Known != nil {
			l.at(x.at, "lint.inner_argument", "name", p.Name)
		}
		if x.p.Type == catalog.TypeList && e.Kind == catalog.KindQuery && x.p.Column != "" && x.p.Column != "-" {
			l.at(append(x.at, "column"), "lint.list_column")
		}
	})
	return true
}

func (l *linter) params(path []any, params []*catalog.Param) bool {
	seen := map[string]bool{}
	whole := true
	for i, p := range params {
		at := append(slices.Clone(path), i)
		if p == nil {
			l.at(at, "lint.empty_element", "key", key(at))
			whole = false
			continue
		}
		if p.Name == "" {
			l.at(at, "lint.missing", "key", "name")
		}
		if p.Label == "" {
			l.at(at, "lint.label_missing")
		}
		if seen[p.Name] {
			l.at(at, "lint.twice", "key", "name", "name", p.Name)
		}
		seen[p.Name] = true
		l.param(at, p)
		whole = l.params(append(slices.Clone(at), "fields"), p.Fields) && whole
	}
	return whole
}

// taken is the argument that has a name in an input.
type taken struct {
	name string
	in   *catalog.Param // nil for a positional argument
}

// inputs checks that arguments of one input have different names. The members of all
// objects of an input belong to the input itself.
func (l *linter) inputs(e *catalog.Endpoint) {
	id := func(p *catalog.Param) string {
		if e.Kind == catalog.KindQuery { // two arguments may filter one column
			return p.Name + " " + p.Key()
		}
		return p.Key()
	}
	var visit func(path []any, of *catalog.Param, params []*catalog.Param, seen map[string]taken)
	visit = func(path []any, of *catalog.Param, params []*catalog.Param, seen map[string]taken) {
		for i, p := range params {
			at := append(slices.Clone(path), i)
			inner := seen
			if p.Type != catalog.TypeObject {
				who := taken{p.Name, of}
				if other, twice := seen[id(p)]; twice && other != who {
					l.at(at, "lint.column_twice", "column", p.Key())
				}
				seen[id(p)] = who
				inner = map[string]taken{}
			}
			visit(append(at, "fields"), p, p.Fields, inner)
		}
	}
	visit([]any{"args"}, nil, e.Args, map[string]taken{})
}

func (l *linter) param(at []any, p *catalog.Param) {
	l.oneOf(append(at, "type"), string(p.Type), string(catalog.TypeString), string(catalog.TypeInt), string(catalog.TypeDecimal), string(catalog.TypeDatetime),
		string(catalog.TypeBool), string(catalog.TypeObject), string(catalog.TypeList), string(catalog.TypeStrings), string(catalog.TypeInts))
	empty := p.Type == catalog.TypeObject && p.Fields != nil && len(p.Fields) == 0 // fields: [] is an object without any
	if (p.Type == catalog.TypeObject || p.Type == catalog.TypeList) != (len(p.Fields) > 0) && !empty {
		l.at(at, "lint.fields_of_object")
	}
	if p.Length < 0 || p.Length > 0 && p.Type != catalog.TypeString && p.Type != catalog.TypeStrings {
		l.at(append(at, "length"), "lint.length")
	}
	if !p.Layout.Known() || p.Layout != "" && p.Type != catalog.TypeDatetime {
		l.at(append(at, "layout"), "lint.layout")
	}
	if p.Comma && !p.Type.IsScalar() {
		l.at(append(at, "comma"), "lint.comma")
	}
	if p.Column != "" && p.Type == catalog.TypeObject {
		l.at(append(at, "column"), "lint.object_column")
	}
	if p.Least < 0 || p.Most < 0 || p.Most > 0 && p.Most < p.Least || (p.Least > 0 || p.Most > 0) && !p.Type.IsList() {
		l.at(at, "lint.most")
	}
	l.limits(at, p)
	l.values(at, p)
	if p.Known != nil && (p.Known.Collection == "" || p.Known.Column == "") {
		l.at(append(at, "known"), "lint.known")
	}
}

func (l *linter) limits(at []any, p *catalog.Param) {
	limits := []struct {
		key  string
		text *string
	}{{"min", p.Min}, {"max", p.Max}, {"above", p.Above}}
	for _, s := range limits {
		if s.text == nil {
			continue
		}
		if _, ok := wire.ParseDecimal(*s.text); !ok {
			l.at(append(at, s.key), "lint.no_number", "key", s.key, "value", *s.text)
		}
		if p.Type != catalog.TypeInt && p.Type != catalog.TypeDecimal && p.Type != catalog.TypeInts || p.Comma {
			l.at(append(at, s.key), "lint.single_number", "key", s.key)
		}
	}
}

// values checks the default, the enum and the values that select a time column.
func (l *linter) values(at []any, p *catalog.Param) {
	if d := p.Default; d != nil && !p.Type.IsScalar() {
		l.at(append(at, "default"), "lint.default_of_list")
	} else if d != nil && *d == catalog.NowDefault {
		if p.Type != catalog.TypeDatetime {
			l.at(append(at, "default"), "lint.default_now", "value", catalog.NowDefault)
		}
	} else if d != nil {
		l.converts(append(at, "default"), "default", p, *d)
		if len(p.Enum) > 0 && !inEnum(p, *d) {
			l.at(append(at, "default"), "lint.not_in_enum", "key", "default", "value", *d)
		}
	}
	for _, value := range p.EnumKeys() {
		l.converts(append(at, "enum", value), "enum", p, value)
	}
	if p.Selects == nil {
		return
	}
	for _, value := range slices.Sorted(maps.Keys(p.Selects)) {
		if !inEnum(p, value) {
			l.at(append(at, "selects", value), "lint.not_in_enum", "key", "selects", "value", value)
		}
	}
	for _, value := range p.EnumKeys() {
		if p.Selects[value] == "" {
			l.at(append(at, "selects"), "lint.selects_nothing", "value", value)
		}
	}
	if p.Default == nil && !p.Required {
		l.at(append(at, "selects"), "lint.selects_default")
	}
}

func (l *linter) converts(path []any, what string, p *catalog.Param, s string) {
	if p.Type.IsList() {
		p = p.Element()
	}
	if _, ok := p.Parse(s); !ok {
		l.at(path, "lint.wrong_type", "key", what, "value", s, "type", p.Type)
	}
}

func inEnum(p *catalog.Param, value string) bool {
	_, ok := p.Enum[value]
	return ok
}
