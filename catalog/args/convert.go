package args

import (
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// checkType gives every argument that was sent its value. Later checks need it. It also
// finds out whether the checks of lengths and enums will refuse anything, which is rare.
func (c *Checker) checkType(x arg) *catalog.Refusal {
	if !x.Given {
		return nil
	}
	if x.param.form == scalarForm {
		var refused *catalog.Refusal
		if x.Value, refused = x.param.convert(x.Sent); refused != nil {
			return refused
		}
	}
	c.fine = c.fine && (!x.param.limited || checkSize(x) == nil && checkEnum(x) == nil)
	return nil
}

// convert converts a scalar into the parameter's type.
func (p *param) convert(node *wire.Node) (wire.Value, *catalog.Refusal) {
	sent, ok := node.Scalar()
	if !ok {
		return wire.Value{}, p.refuse(catalog.BadType, "").
			Say("args.one_value", "name", p.Name, "type", string(p.Type))
	}
	if p.Comma {
		return p.convertList(sent)
	}
	v, ok := p.Parse(sent)
	switch {
	case ok:
		return v, nil
	case p.Type == catalog.TypeDatetime:
		return wire.Value{}, p.refuse(catalog.BadDate, sent).
			Say("args.layout", "name", p.Name, "example", p.Layout.Example())
	}
	return wire.Value{}, p.refuse(catalog.BadType, sent).
		Say("args.type", "name", p.Name, "type", string(p.Type), "value", sent)
}

// convertList checks each part of a comma list. The value is the whole text.
func (p *param) convertList(sent string) (wire.Value, *catalog.Refusal) {
	for part := range strings.SplitSeq(sent, ",") {
		if _, ok := p.Parse(part); !ok {
			return wire.Value{}, p.refuse(catalog.BadList, sent).
				Say("args.comma_list", "name", p.Name, "type", string(p.Type))
		}
	}
	return wire.String(sent), nil
}

// refuse returns a refusal of a value, with further variables as name, value.
func (p *param) refuse(kind catalog.Kind, value string, vars ...string) *catalog.Refusal {
	return catalog.Refuse(kind, append(vars, "name", p.Name, "label", p.Label, "value", value)...)
}
