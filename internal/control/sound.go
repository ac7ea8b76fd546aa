package control

import (
	"net/http"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// Limits of a scenario or a rule that is sent. Real ones have far fewer.
const (
	mostMembers = 1000    // keys of one map
	mostValues  = 100_000 // values, as yamlfile.Values counts them
)

// sound refuses what the YAML decoder reads very slowly: many values, and large maps. The decoder
// compares each key of a map with all others, and keeps a text for each pair of equal keys. The
// decoder itself reports what is not YAML.
func sound(what text.ID, data []byte) error {
	if n := yamlfile.Values(data); n > mostValues {
		return refuse(http.StatusRequestEntityTooLarge, "control.too_many_values", "count", n, "limit", mostValues)
	}
	var root yaml.Node
	if yaml.Unmarshal(data, &root) != nil {
		return nil
	}
	e := badInput("control.bad_maps", "file", text.Say(what))
	e.walk(&root)
	if e.Problems == nil {
		return nil
	}
	return e
}

func (e *Error) walk(n *yaml.Node) {
	if len(e.Problems) >= maxProblems {
		return
	}
	if n.Kind == yaml.MappingNode {
		e.mapping(n)
	}
	for _, child := range n.Content {
		e.walk(child)
	}
}

func (e *Error) mapping(n *yaml.Node) {
	if len(n.Content)/2 > mostMembers {
		e.report(n.Line, "", text.Say("control.large_map", "count", len(n.Content)/2, "limit", mostMembers))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content) && len(e.Problems) < maxProblems; i += 2 {
		key := n.Content[i]
		if first, twice := seen[key.Value]; twice && key.Kind == yaml.ScalarNode {
			e.report(key.Line, "", text.Say("control.key_twice", "key", clip(key.Value), "line", first))
			continue
		}
		seen[key.Value] = key.Line
	}
}
