package scenarios

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// The types below have several forms in a file and decode themselves. Their errors are
// yaml.TypeErrors, so that the decoder continues and finds all problems of a file.

// wrong returns a problem of the value at a node. where is the value's key.
func wrong(n *yaml.Node, where string, id text.ID, args ...any) *yaml.TypeError {
	return yamlfile.Wrong(n, where+": ", text.Say(id, args...))
}

// orNil returns nil for an empty list of problems.
func orNil(e *yaml.TypeError) error {
	if len(e.Errors) == 0 {
		return nil
	}
	return e
}

// UnmarshalYAML reads a number or a list of numbers.
func (ns *Numbers) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]int)(ns))
	}
	var one int
	err := n.Decode(&one)
	*ns = Numbers{one}
	return err
}

// UnmarshalYAML reads a map of scalars and keeps the scalars' texts.
func (p *Params) UnmarshalYAML(n *yaml.Node) error {
	var nodes map[string]yaml.Node
	if err := n.Decode(&nodes); err != nil {
		return err
	}
	*p = make(Params, len(nodes))
	bad := &yaml.TypeError{}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		v := nodes[name]
		if v.Kind == yaml.AliasNode {
			v = *v.Alias
		}
		(*p)[name] = v.Value
		if v.Kind != yaml.ScalarNode || v.ShortTag() == "!!null" {
			bad.Errors = append(bad.Errors, wrong(&v, "when.params", "scenarios.param_value", "name", name).Errors...)
		}
	}
	return orNil(bad)
}

// Refusal is a kind, or a code and message of the scenario's own.
type Refusal struct {
	Kind    string // a neutral kind; the vendor's table has its code and text
	Code    string // JSON text, such as 1060 or "1060"
	Message string
}

// IsZero reports whether nothing is refused.
func (r Refusal) IsZero() bool { return r == Refusal{} }

// UnmarshalYAML reads a kind or a map of code and message.
func (r *Refusal) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		r.Kind = n.Value
		return nil
	}
	keys, err := pairs(n, "then.refuse", "code", "message")
	if err != nil {
		return err
	}
	code, message := keys["code"], keys["message"]
	if code == nil || message == nil || code.Kind != yaml.ScalarNode || message.Kind != yaml.ScalarNode {
		return wrong(n, "then.refuse", "scenarios.refuse_keys")
	}
	data, err := nodeJSON("then.refuse", code)
	if err != nil {
		return err
	}
	r.Code, r.Message = string(data), message.Value
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (r Refusal) MarshalYAML() (any, error) {
	if r.Kind != "" {
		return r.Kind, nil
	}
	code, err := jsonNode([]byte(r.Code))
	return struct {
		Code    *yaml.Node `yaml:"code"`
		Message string     `yaml:"message"`
	}{code, r.Message}, err
}

// Body is the bytes of an answer; nil is none, empty is an empty one.
type Body []byte

// IsZero reports whether there is no body.
func (b Body) IsZero() bool { return b == nil }

// UnmarshalYAML takes a text as it stands and writes anything else as JSON. A
// !!binary text is decoded, for bytes that are no UTF-8.
func (b *Body) UnmarshalYAML(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!binary":
		raw, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return wrong(n, "then.reply", "scenarios.base64", "error", err)
		}
		*b = raw
		return nil
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str":
		*b = Body(n.Value)
		return nil
	}
	data, err := nodeJSON("then.reply", n)
	*b = data
	return err
}

// MarshalYAML writes the body as a text.
func (b Body) MarshalYAML() (any, error) { return string(b), nil }

// deleted is the value that removes a member or element instead of setting it.
const deleted = "$delete"

// Patch is one change in a JSON body.
type Patch struct {
	Path   string // see Apply
	Value  []byte // JSON text, as it is to stand in the body
	Delete bool   // remove the item; Value is not used
}

// Patches is changes in the order in which they are made.
type Patches []Patch

// UnmarshalYAML reads a map of path to value. The value $delete deletes.
func (ps *Patches) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return wrong(n, "then.patch", "scenarios.patch_form")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := Patch{Path: n.Content[i].Value}
		if v := n.Content[i+1]; v.Kind == yaml.ScalarNode && v.Value == deleted {
			p.Delete = true
		} else {
			data, err := nodeJSON("then.patch", v)
			if err != nil {
				return err
			}
			p.Value = data
		}
		*ps = append(*ps, p)
	}
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (ps Patches) MarshalYAML() (any, error) {
	m := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range ps {
		v := textNode(deleted)
		if !p.Delete {
			var err error
			if v, err = jsonNode(p.Value); err != nil {
				return nil, err
			}
		}
		m.Content = append(m.Content, textNode(p.Path), v)
	}
	return m, nil
}

// Delay is how long an answer takes: fixed, even between Min and Max, or with half
// of the answers under P50 and 99 of 100 under P99.
type Delay struct {
	Fixed    time.Duration
	Min, Max time.Duration
	P50, P99 time.Duration
}

// IsZero reports whether there is no delay.
func (d Delay) IsZero() bool { return d == Delay{} }

// UnmarshalYAML reads a duration, or a map of min and max, or of p50 and p99.
func (d *Delay) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return duration(n, "then.delay", &d.Fixed)
	}
	keys, err := pairs(n, "then.delay", "min", "max", "p50", "p99")
	if err != nil {
		return err
	}
	all := &yaml.TypeError{}
	for key, into := range map[string]*time.Duration{"min": &d.Min, "max": &d.Max, "p50": &d.P50, "p99": &d.P99} {
		if v := keys[key]; v != nil {
			if err, ok := duration(v, "then.delay."+key, into).(*yaml.TypeError); ok {
				all.Errors = append(all.Errors, err.Errors...)
			}
		}
	}
	slices.Sort(all.Errors)
	return orNil(all)
}

// MarshalYAML writes what UnmarshalYAML reads.
func (d Delay) MarshalYAML() (any, error) {
	if d.Fixed != 0 {
		return d.Fixed, nil
	}
	return struct {
		Min time.Duration `yaml:"min,omitempty"`
		Max time.Duration `yaml:"max,omitempty"`
		P50 time.Duration `yaml:"p50,omitempty"`
		P99 time.Duration `yaml:"p99,omitempty"`
	}{d.Min, d.Max, d.P50, d.P99}, nil
}

// duration reads a duration and says what would be right when it is none.
func duration(n *yaml.Node, key string, into *time.Duration) error {
	if n.Kind != yaml.ScalarNode {
		return wrong(n, key, "scenarios.duration")
	}
	d, err := time.ParseDuration(n.Value)
	switch {
	case n.Value == "0":
		return wrong(n, key, "scenarios.no_unit", "got", "0", "unit", "0s")
	case err != nil && isNumber(n.Value):
		return wrong(n, key, "scenarios.no_unit", "got", n.Value, "unit", n.Value+"s")
	case err != nil:
		return wrong(n, key, "scenarios.no_duration", "got", n.Value)
	}
	*into = d
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// pairs reads a map that may have these keys only.
func pairs(n *yaml.Node, what string, allowed ...string) (map[string]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, wrong(n, what, "scenarios.no_map")
	}
	found := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !slices.Contains(allowed, key.Value) {
			return nil, yamlfile.Wrong(key, what+": ", yamlfile.UnknownKey(key.Value, allowed))
		}
		if found[key.Value] != nil {
			return nil, wrong(key, what, "scenarios.key_twice", "key", key.Value)
		}
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		found[key.Value] = value
	}
	return found, nil
}
