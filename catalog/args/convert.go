package args

import (
	"strconv"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
)

// checkType gives every argument that was sent its value. Later checks need it. It also
// finds out whether the checks of lengths and enums will refuse anything, which is rare.
func (c *Checker) checkType(x arg) *catalog.Refusal {
	if !x.Given {
		return nil
	}
	if x.param.isScalar() {
		var refused *catalog.Refusal
		if x.Value, refused = x.param.convert(x.Sent); refused != nil {
			return refused
		}
	}
	c.fine = c.fine && checkSize(x) == nil && checkEnum(x) == nil
	return nil
}

// convert converts a scalar into the parameter's type.
func (p *param) convert(node *wire.Node) (wire.Value, *catalog.Refusal) {
	sent, ok := node.Scalar()
	if !ok {
		return wire.Value{}, p.refuse(catalog.BadType, "").
			Because(p.Name + " must be one " + string(p.Type) + ", not a list or an object")
	}
	if p.Comma {
		return p.convertList(sent)
	}
	return p.convertText(sent)
}

// convertList checks each part of a comma list. The value is the whole text.
func (p *param) convertList(sent string) (wire.Value, *catalog.Refusal) {
	for part := range strings.SplitSeq(sent, ",") {
		if _, ok := p.Parse(part); !ok {
			return wire.Value{}, p.refuse(catalog.BadList, sent).
				Because(p.Name + " must be a comma list of " + string(p.Type))
		}
	}
	return wire.String(sent), nil
}

func (p *param) convertText(sent string) (wire.Value, *catalog.Refusal) {
	v, ok := p.Parse(sent)
	switch {
	case ok:
		return v, nil
	case p.Type == catalog.TypeDatetime:
		return wire.Value{}, p.refuse(catalog.BadDate, sent).
			Because(p.Name + " must look like " + p.Layout.Example())
	}
	return wire.Value{}, p.refuse(catalog.BadType, sent).
		Because(p.Name + " must be " + string(p.Type) + ", not " + strconv.Quote(clip(sent)))
}

// refuse returns a refusal of a value, with further variables as name, value.
func (p *param) refuse(kind catalog.Kind, value string, vars ...string) *catalog.Refusal {
	return catalog.Refuse(kind, append(vars, "name", p.Name, "label", p.Label, "value", value)...)
}

// maxClip is the longest text of a client that a hint repeats, in bytes.
const maxClip = 60

// clip shortens what a client sent, for a hint.
func clip(sent string) string { return text.Clip(sent, maxClip) }
