package scenarios

import (
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// What can happen to an attempt at a notification.
const (
	NotifyNever     = "never"     // the notification is dropped: neither this attempt is made nor a later one
	NotifyLost      = "lost"      // this attempt does not arrive; the next one is made when it is due
	NotifyTwice     = "twice"     // it is sent a second time at once, whatever the first was answered
	NotifyReordered = "reordered" // it waits until another notification was sent, for a minute at most
	NotifyBadSign   = "bad_sign"  // its sign is wrong
	NotifyLate      = "late"      // it waits for a given time; in a file that is {late: 30s}
)

// notifies are the effects that are one word.
func notifies() []string {
	return []string{NotifyNever, NotifyLost, NotifyTwice, NotifyReordered, NotifyBadSign}
}

// Notify is what happens to an attempt at a notification.
type Notify struct {
	How  string        // one of the Notify constants; nothing when empty
	Late time.Duration // by which it is put off, when How is NotifyLate
}

// IsZero reports whether nothing happens.
func (n Notify) IsZero() bool { return n == Notify{} }

// UnmarshalYAML reads a word, or {late: 30s}.
func (n *Notify) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		if node.Value == NotifyLate {
			return wrong(node, "then.notify", "scenarios.late_missing")
		}
		n.How = node.Value
		return nil
	}
	keys, err := pairs(node, "then.notify", NotifyLate)
	if err != nil {
		return err
	}
	late := keys[NotifyLate]
	if late == nil {
		return wrong(node, "then.notify", "scenarios.notify_form")
	}
	n.How = NotifyLate
	return duration(late, "then.notify.late", &n.Late)
}

// MarshalYAML writes what UnmarshalYAML reads.
func (n Notify) MarshalYAML() (any, error) {
	if n.How != NotifyLate {
		return n.How, nil
	}
	return map[string]time.Duration{NotifyLate: n.Late}, nil
}

func (Notify) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "string", "enum": notifies()},
		map[string]any{"type": "object", "additionalProperties": false, "required": []string{NotifyLate},
			"properties": map[string]any{NotifyLate: durationSchema()}},
	}}
}

// notify checks that the effect is known and that no effect on calls stands beside it.
func (l *linter) notify(path []any, t *Then) {
	at := append(slices.Clone(path), "notify")
	switch n := t.Notify; {
	case n.How == NotifyLate && n.Late <= 0:
		l.at(at, "scenarios.late_negative", "late", n.Late)
	case n.How != NotifyLate && n.Late != 0: // no file can contain this error; a Go program can
		l.at(at, "scenarios.late_unused")
	case n.How != NotifyLate:
		l.oneOf(at, n.How, append(notifies(), NotifyLate))
	}
	of := *t
	of.Notify, of.Become = Notify{}, ""
	if !of.empty() {
		l.at(path, "scenarios.notify_and_calls")
	}
}
