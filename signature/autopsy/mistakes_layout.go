package autopsy

import (
	"fmt"
	"slices"
	"strings"

	"shaxiang/signature"
)

// layoutMistakes put the text together otherwise than the vendor does.
func layoutMistakes(c *Case, q *signature.Recipe) Stage {
	return orderMistakes(q).And(c.Habits.Layouts, commonLayouts(), foreign(c, q))
}

// commonLayouts are habits from other platforms; `&key=` is WeChat's.
func commonLayouts() Stage {
	return Stage{
		Likely: []Mistake{glued("key_before_secret", "&key=")},
		Rare: []Mistake{
			glued("key_before_secret", "key="), glued("key_before_secret", "&secret="),
			glued("key_before_secret", "&appsecret="), glued("key_before_secret", "&app_secret="),
			Layout("names_not_signed", "Only the values were signed: sign each name with its value.",
				func(l *signature.Layout) {
					l.Write = func(dst []byte, p signature.Pair) []byte { return append(dst, p.Value...) }
				}),
		},
	}
}

// Layout returns a mistake in the layout: f makes it.
func Layout(id, text string, f func(*signature.Layout)) Mistake {
	return Mistake{id, text, func(a *Attempt) { f(&a.Layout) }}
}

func glued(id, glue string) Mistake {
	return Layout(id, "The text "+glue+" was put before the secret: append the secret with nothing before it.",
		func(l *signature.Layout) { l.Glue = glue })
}

// inOrder signs the parameters in another order.
func inOrder(id, text string, order func([]signature.Pair)) Mistake {
	return Layout(id, text, func(l *signature.Layout) { l.Order = order })
}

func orderMistakes(q *signature.Recipe) Stage {
	if q.Layout.Order == nil {
		return Stage{Likely: []Mistake{
			inOrder("keys_sorted", "The parameters were sorted by name: sign them in the order that the vendor lists.", signature.ByName),
		}}
	}
	s := Stage{
		Likely: []Mistake{
			inOrder("keys_unsorted", "The parameters were signed in the order they were sent: sort them by name, ascending.", nil),
		},
		Rare: []Mistake{
			inOrder("keys_unsorted", "The parameters were sorted in descending order: sort them by name, ascending.",
				func(pairs []signature.Pair) { signature.ByName(pairs); slices.Reverse(pairs) }),
			inOrder("keys_sorted_ignoring_case", "The parameters were sorted ignoring case: sort names by their bytes, capitals first.",
				func(pairs []signature.Pair) {
					slices.SortStableFunc(pairs, func(a, b signature.Pair) int {
						return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
					})
				}),
		},
	}
	if q.SignsBody {
		const text = "The body was put before or after the sorted parameters: sort it among them under the name body."
		s.Likely = append(s.Likely,
			inOrder("body_not_sorted_in", text, BodyAside(true)),
			inOrder("body_not_sorted_in", text, BodyAside(false)))
	}
	return s
}

// BodyAside sorts all but the body and puts the body last or first.
func BodyAside(last bool) func([]signature.Pair) {
	return func(pairs []signature.Pair) {
		slices.SortStableFunc(pairs, func(a, b signature.Pair) int {
			if (a.Name == "body") == (b.Name == "body") {
				return strings.Compare(a.Name, b.Name)
			}
			if (a.Name == "body") == last {
				return 1
			}
			return -1
		})
	}
}

// foreign signs as another vendor does. The letter case stays the right one: a
// client that has that wrong as well is told so separately.
func foreign(c *Case, q *signature.Recipe) Stage {
	var list []Mistake
	for _, other := range c.Schemes {
		text := fmt.Sprintf("The signature was made with the algorithm of another vendor (%s): use that of %s.", other.Vendor, c.Vendor)
		list = append(list, Mistake{"wrong_vendor_algorithm", text, other.take})
		if q.SignsBody { // the others know no body
			list = append(list, Mistake{"wrong_vendor_algorithm", text, func(a *Attempt) {
				other.take(a)
				a.Drop(Named("body"))
			}})
		}
	}
	return Stage{Likely: list}
}

// take signs by the other vendor's scheme.
func (o *Other) take(a *Attempt) {
	a.Layout = o.Recipe.Layout
	if o.Recipe.Digest != nil {
		a.digest = o.Recipe.Hash
	}
}
