package signature

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// layoutMistakes lay the parameters out otherwise than the vendor does.
func layoutMistakes(q recipe) stage {
	own := map[string]func() stage{"openapi": openapiLayouts, "openapi2": openapi2Layouts, "fubei": fubeiLayouts}
	return orderMistakes(q).and(own[q.vendor](), commonLayouts(), foreign(q))
}

// commonLayouts are habits that clients bring along from other platforms;
// `&key=` is WeChat's.
func commonLayouts() stage {
	return stage{
		likely: []mistake{glued("key_before_secret", "&key=")},
		rare: []mistake{
			glued("key_before_secret", "key="), glued("key_before_secret", "&secret="),
			glued("key_before_secret", "&appsecret="), glued("key_before_secret", "&app_secret="),
			relaid("names_not_signed", "Only the values were signed: sign each name with its value.",
				func(l *layout) { l.write = func(dst []byte, p Pair) []byte { return append(dst, p.Value...) } }),
		},
	}
}

// relaid is a mistake in the layout.
func relaid(id, text string, f func(*layout)) mistake {
	return mistake{id, text, func(a *attempt) { f(&a.layout) }}
}

func glued(id, glue string) mistake {
	return relaid(id, "The text "+glue+" was put before the secret: append the secret with nothing before it.",
		func(l *layout) { l.glue = glue })
}

// inOrder signs the parameters in another order.
func inOrder(id, text string, order func([]Pair)) mistake {
	return relaid(id, text, func(l *layout) { l.order = order })
}

func orderMistakes(q recipe) stage {
	s := stage{
		likely: []mistake{
			inOrder("keys_unsorted", "The parameters were signed in the order they were sent: sort them by name, ascending.", nil),
		},
		rare: []mistake{
			inOrder("keys_unsorted", "The parameters were sorted in descending order: sort them by name, ascending.",
				func(pairs []Pair) { byName(pairs); slices.Reverse(pairs) }),
			inOrder("keys_sorted_ignoring_case", "The parameters were sorted ignoring case: sort names by their bytes, capitals first.",
				func(pairs []Pair) {
					slices.SortStableFunc(pairs, func(a, b Pair) int {
						return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
					})
				}),
		},
	}
	if q.signsBody {
		const text = "The body was put before or after the sorted parameters: sort it among them under the name body."
		s.likely = append(s.likely,
			inOrder("body_not_sorted_in", text, bodyAside(true)),
			inOrder("body_not_sorted_in", text, bodyAside(false)))
	}
	return s
}

// bodyAside sorts all but the body and puts the body last or first.
func bodyAside(last bool) func([]Pair) {
	return func(pairs []Pair) {
		slices.SortStableFunc(pairs, func(a, b Pair) int {
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

func openapiLayouts() stage {
	bare := func(dst []byte, p Pair) []byte {
		if p.Name != "body" {
			dst = append(dst, p.Name...)
		}
		return append(dst, p.Value...)
	}
	unnamed := func(text string, order func([]Pair)) mistake {
		return relaid("body_without_name", text, func(l *layout) { l.write, l.order = bare, order })
	}
	const aside = "The body was put before or after the parameters, without a name: sort it among them under the name body."
	const separated = "Separators were put between names, values and parameters: join them with nothing between."
	return stage{
		likely: []mistake{
			unnamed("The body was signed without the name body before it: sign the name as well.", byName),
			unnamed(aside, bodyAside(true)),
			relaid("separators_added", separated, func(l *layout) { l.write, l.separator = joined("="), "&" }),
		},
		rare: []mistake{
			unnamed(aside, bodyAside(false)),
			relaid("separators_added", separated, func(l *layout) { l.write = joined("=") }),
			relaid("separators_added", separated, func(l *layout) { l.separator = "&" }),
			relaid("trailing_separator", "An & was put after the last parameter: put nothing there.",
				func(l *layout) { l.glue = "&" }),
		},
	}
}

func openapi2Layouts() stage {
	written := func(id, text, format string) mistake {
		return relaid(id, text, func(l *layout) { l.write = formatted(format) })
	}
	const unpadded = "Lengths were not filled up with zeros: write two digits for the name's length and four for the value's."
	const unseparated = "Separators are missing: write LL-name:LLLL-value with ; between the parameters."
	return stage{
		likely: []mistake{
			relaid("lengths_in_bytes", "Lengths were counted in UTF-8 bytes: count characters.",
				func(l *layout) { l.write = withLengths(func(s string) int { return len(s) }) }),
			written("length_padding_missing", unpadded, "%d-%s:%d-%s"),
			written("length_padding_missing", unpadded, "%02d-%s:%d-%s"),
			relaid("trailing_separator", "A ; was put after the last parameter: put none between it and the secret.",
				func(l *layout) { l.glue = ";" }),
			relaid("separators_missing", unseparated, func(l *layout) { l.separator = "" }),
		},
		rare: []mistake{
			written("length_padding_missing", unpadded, "%d-%s:%04d-%s"),
			written("length_padding_wrong", unpadded, "%02d-%s:%02d-%s"),
			written("length_padding_wrong", unpadded, "%04d-%s:%04d-%s"),
			written("separators_missing", unseparated, "%02d-%s%04d-%s"),
			written("separators_missing", unseparated, "%02d%s:%04d%s"),
			written("separators_missing", unseparated, "%02d%s%04d%s"),
			relaid("separators_missing", unseparated, func(l *layout) {
				l.write, l.separator = formatted("%02d%s%04d%s"), ""
			}),
			relaid("lengths_missing", "The lengths were not signed: write LL-name:LLLL-value.",
				func(l *layout) { l.write = joined(":") }),
			relaid("wrong_separator", "The parameters were joined with &: put ; between them.",
				func(l *layout) { l.separator = "&" }),
		},
	}
}

// formatted writes a parameter in another form than that of withLengths.
func formatted(format string) func([]byte, Pair) []byte {
	return func(dst []byte, p Pair) []byte {
		return fmt.Appendf(dst, format, utf8.RuneCountInString(p.Name), p.Name, utf8.RuneCountInString(p.Value), p.Value)
	}
}

func fubeiLayouts() stage {
	const missing = "Separators are missing: write name=value with & between the parameters."
	return stage{
		likely: []mistake{
			relaid("trailing_separator", "An & was put after the last parameter: append the secret directly.",
				func(l *layout) { l.glue = "&" }),
			relaid("separators_missing", missing, func(l *layout) { l.write, l.separator = joined(""), "" }),
		},
		rare: []mistake{
			relaid("separators_missing", missing, func(l *layout) { l.separator = "" }),
			relaid("separators_missing", missing, func(l *layout) { l.write = joined("") }),
		},
	}
}

// foreign signs as another vendor does. The letter case stays the right one: a
// client that has that wrong as well is told so separately.
func foreign(q recipe) stage {
	var list []mistake
	for _, other := range []recipe{OpenAPI{}.recipe(), OpenAPI2{}.recipe(), Fubei{}.recipe()} {
		if other.vendor == q.vendor {
			continue
		}
		text := fmt.Sprintf("The signature was made with the algorithm of another vendor (%s): use that of %s.", other.vendor, q.vendor)
		list = append(list, mistake{"wrong_vendor_algorithm", text, func(a *attempt) { a.layout = other.layout }})
		if q.signsBody { // the others know no body
			list = append(list, mistake{"wrong_vendor_algorithm", text, func(a *attempt) {
				a.layout = other.layout
				a.drop(named("body"))
			}})
		}
	}
	return stage{likely: list}
}
