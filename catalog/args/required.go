package args

import (
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// required refuses an argument that was not sent although it must be.
func (c *Checker) required(x arg) *catalog.Refusal {
	p := x.param
	if x.Sent != nil && x.Sent.Kind == wire.TextNode && x.Sent.Text == "" && c.endpoint.vendor.Emptiness.Value && !c.endpoint.clears(p) {
		x.Given = false
	}
	if x.Given && (p.form != listForm || len(x.rows) > 0 || p == c.endpoint.documents) {
		return nil // a call may write no documents
	}
	s, kind := c.endpoint.Span, catalog.MissingParam
	if s != nil && (p.Name == s.From || p.Name == s.To) {
		kind = catalog.MissingWindow
	}
	needed := p.Required && !x.absent
	if !needed && p.With != "" {
		with, _ := c.sent.Public(p.With)
		needed = with != ""
	}
	if kind == catalog.MissingWindow && s.Required {
		needed = !c.replacesWindow()
	}
	if !needed {
		return nil
	}
	return catalog.Refuse(kind, "name", p.Name, "label", p.Label).Say("args.missing", "name", p.Name)
}

// clears reports whether an empty text is a value. A client empties a column of free text
// by writing an empty text into it.
func (e *Endpoint) clears(p *param) bool {
	return e.Kind == catalog.KindWrite && p.Type == catalog.TypeString && !p.Required && len(p.Enum) == 0
}

// checkOneOf refuses a call, or a document, that gave none of some arguments.
func (c *Checker) checkOneOf() *catalog.Refusal {
	for _, names := range c.endpoint.OneOf {
		if c.endpoint.Param(names[0]) != nil {
			if refused := c.root.oneOf(names); refused != nil {
				return refused
			}
			continue
		}
		documents := c.endpoint.documents
		x, ok := c.root.find(documents.Name) // the linter ensures that the names are a document's
		for i := 0; ok && i < len(x.rows); i++ {
			row := &x.rows[i]
			if row.refused != nil {
				continue
			}
			refused := row.oneOf(names)
			if refused != nil && !documents.alone {
				return refused
			}
			row.refused = refused
		}
	}
	return nil
}

// oneOf refuses a scope that has none of the arguments. The refusal names the first.
func (s *scope) oneOf(names []string) *catalog.Refusal {
	if slices.ContainsFunc(names, s.has) {
		return nil
	}
	label := ""
	for i := range s.states {
		if p := s.states[i].param; p.Name == names[0] {
			label = p.Label
		}
	}
	return catalog.Refuse(catalog.MissingParam, "name", names[0], "label", label).Say("args.missing_all", "names", names)
}
