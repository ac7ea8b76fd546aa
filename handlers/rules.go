package handlers

import (
	"slices"
	"strconv"

	"shaxiang/catalog"
)

// ruleRefusal returns the refusal that the rule asks for, nil when it asks for none. A kind
// of the checks that know the method has the method's own shape and words, and names one of
// its parameters, as if a check had found it.
func (x *exchange) ruleRefusal() *catalog.Refusal {
	kind := catalog.Kind(x.effect.Refuse)
	if x.effect.Code != "" || x.effect.Message != "" {
		kind = catalog.Conflict
	}
	if kind == "" {
		return nil
	}
	refused := catalog.Refuse(kind).Say("handlers.rule", "rule", x.effect.Rule)
	refused.Code, refused.Message = x.effect.Code, x.effect.Message
	e := x.Catalog.Endpoint(x.vendor.Name, x.call.Method)
	if e != nil && (len(e.Gateways) == 0 || slices.Contains(e.Gateways, x.call.Path)) && afterMethod(kind) {
		x.endpoint = e
	}
	vars := x.vars(kind, e)
	for _, name := range kind.Vars() {
		refused.Vars[name] = vars[name] // an empty one is better than braces, which no vendor sends
	}
	return refused
}

// afterMethod reports whether a kind belongs to the checks that know the method.
func afterMethod(k catalog.Kind) bool {
	kinds := catalog.Kinds() // in the order in which a call can meet them
	return slices.Index(kinds, k) > slices.Index(kinds, catalog.UnknownMethod)
}

// vars fills what the text of a kind can name from the call and its method.
func (x *exchange) vars(k catalog.Kind, e *catalog.Endpoint) map[string]string {
	vars := map[string]string{"method": x.call.Method}
	switch k {
	case catalog.MissingPublic:
		vars["name"] = "sign"
	case catalog.BadVersion:
		vars["value"] = x.call.Public.Get("v")
	case catalog.UnknownKey:
		vars["value"] = x.call.Key
	case catalog.UnknownApp, catalog.WrongEnvironment:
		vars["value"] = x.call.App
	case catalog.BadTimestamp, catalog.StaleTimestamp:
		vars["value"] = x.call.Public.Get("timestamp")
	}
	if e == nil || !afterMethod(k) {
		return vars
	}
	if k == catalog.BadPage && e.Paging != nil {
		vars["name"], vars["max"] = e.Paging.Size, strconv.Itoa(e.Paging.Max)
		vars["value"] = x.params()[e.Paging.Size]
		return vars
	}
	if e.Span != nil {
		vars["limit"], vars["from"], vars["to"] = e.Span.Words, e.Span.From, e.Span.To
	}
	if arg := blamed(k, e); arg != nil {
		p := arg.Param
		vars["name"], vars["label"], vars["value"] = p.Name, p.Label, x.arguments()[arg.Path]
		vars["length"], vars["min"], vars["max"] = strconv.Itoa(p.Length), smallest(p), largest(p)
	}
	return vars
}

// blamed is the parameter that a refusal which no check has found is about: the
// first that the kind can befall, at whatever depth, else the first. An object or a
// list is blamed only where it is all there is.
func blamed(k catalog.Kind, e *catalog.Endpoint) *catalog.Argument {
	list := e.Arguments()
	if i := slices.IndexFunc(list, func(a catalog.Argument) bool { return a.Param.Fields == nil && befalls(k, a.Param) }); i >= 0 {
		return &list[i]
	}
	if i := slices.IndexFunc(list, func(a catalog.Argument) bool { return a.Param.Fields == nil }); i >= 0 {
		return &list[i]
	}
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func befalls(k catalog.Kind, p *catalog.Param) bool {
	switch k {
	case catalog.MissingWindow, catalog.BadDate:
		return p.Type == catalog.TypeDatetime
	case catalog.MissingParam:
		return p.Required
	case catalog.TooLong:
		return p.Length > 0
	case catalog.BadEnum:
		return len(p.Enum) > 0
	case catalog.TooLarge:
		return largest(p) != ""
	case catalog.TooSmall:
		return smallest(p) != ""
	case catalog.BadList:
		return p.Comma
	case catalog.NotFound:
		return p.Known != nil
	}
	return p.Type == catalog.TypeInt || p.Type == catalog.TypeDecimal // of another type: what a text cannot be
}

func largest(p *catalog.Param) string {
	if p.Max != nil {
		return *p.Max
	}
	if keys := p.EnumKeys(); len(keys) > 0 {
		return keys[len(keys)-1]
	}
	return ""
}

func smallest(p *catalog.Param) string {
	if p.Min != nil {
		return *p.Min
	}
	if keys := p.EnumKeys(); len(keys) > 0 {
		return keys[0]
	}
	return ""
}
