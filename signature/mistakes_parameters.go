package signature

import (
	"fmt"
	"slices"
	"strings"
)

// parameterMistakes are those in which parameters are signed: left out, added,
// or taken for something else.
func parameterMistakes(c Case, q recipe) stage {
	return saltMistakes(c, q).and(
		emptyMistakes(),
		signMistakes(),
		unsentMistakes(c, q),
		nameMistakes(),
		leftOut(c, q),
	)
}

func saltMistakes(c Case, q recipe) stage {
	if q.vendor != "openapi" {
		return stage{}
	}
	const text = "The parameter salt was not signed: it is sent and signed like every other parameter."
	if has(c.Request.Pairs, "salt") || c.Salt == "" {
		return stage{likely: []mistake{{"salt_left_out", text, func(a *attempt) { a.drop(named("salt")) }}}}
	}
	return stage{likely: []mistake{{"salt_not_sent",
		"The parameter salt was signed but not sent: send it as well.",
		func(a *attempt) { a.add("salt", c.Salt) }}}}
}

// rebodied signs another body than the one sent. It comes first of all, when
// the body stands last among the pairs.
func rebodied(id, text string, f func(string) string) mistake {
	return mistake{id, text, func(a *attempt) {
		body := &a.pairs[len(a.pairs)-1]
		body.Value = f(body.Value)
	}}
}

// emptyBody signs an empty body of one kind or another.
func emptyBody(empty string) mistake {
	return rebodied("body_signed_empty",
		fmt.Sprintf("The body was signed as %q but another one was sent: sign the body text that is sent.", empty),
		func(string) string { return empty })
}

func bodyMistakes(q recipe) stage {
	if !q.signsBody {
		return stage{}
	}
	const newline = "The body was signed without the blanks or line ends around it, or with a line end that was not sent: sign exactly the bytes that are sent."
	return stage{
		likely: []mistake{
			{"body_not_signed",
				"The body was not signed: sign the raw body text as if it were a parameter named body.",
				func(a *attempt) { a.pairs = a.pairs[:len(a.pairs)-1] }},
			emptyBody(""), emptyBody("[]"),
			rebodied("body_line_end", newline, strings.TrimSpace),
			rebodied("body_line_end", newline, func(s string) string { return s + "\n" }),
		},
		rare: []mistake{
			emptyBody("{}"), emptyBody("[{}]"), emptyBody("null"),
			rebodied("body_line_end", newline, func(s string) string { return s + "\r\n" }),
			rebodied("body_not_in_list",
				"The body was signed without the outer square brackets: sign the whole array that is sent.",
				func(s string) string {
					s = strings.TrimSpace(s)
					return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
				}),
			rebodied("body_not_in_list",
				"The body was signed inside square brackets that were not sent: send and sign the same text.",
				func(s string) string { return "[" + s + "]" }),
		},
	}
}

func emptyMistakes() stage {
	skipped := func(empty ...string) mistake {
		return mistake{"empty_values_skipped",
			"Parameters with an empty value were not signed: sign every parameter that is sent, with its empty value.",
			func(a *attempt) { a.drop(func(p Pair) bool { return slices.Contains(empty, p.Value) }) }}
	}
	s := stage{
		likely: []mistake{skipped("")},
		rare:   []mistake{skipped("", "0")}, // PHP's empty()
	}
	for _, word := range []string{"null", "None", "undefined", "nil"} {
		s.rare = append(s.rare, mistake{"empty_signed_as_null",
			fmt.Sprintf("Empty values were signed as %q: sign them as they are sent, empty.", word),
			func(a *attempt) {
				a.each(func(p Pair) string {
					if p.Value == "" {
						return word
					}
					return p.Value
				})
			}})
	}
	return s
}

// signMistakes sign the parameter sign: while still empty, or with the value
// of a first round.
func signMistakes() stage {
	const text = "The parameter sign was itself signed: leave it out, and compute the signature once."
	as := func(value string) mistake {
		return mistake{"sign_signed", text, func(a *attempt) { a.add("sign", value) }}
	}
	return stage{
		likely: []mistake{as(""), {"sign_signed", text, func(a *attempt) {
			a.add("sign", a.spell(sumOf(a.digest(a.secret), a.appendCanonical(nil, slices.Clone(a.pairs)))))
		}}},
		rare: []mistake{as("null"), as("None"), as("undefined")},
	}
}

// defaults are Fubei's optional public parameters and the values they take when
// they are not sent (vendor/fubei/RULES.md §2).
func defaults() []Pair {
	return []Pair{{"format", "json"}, {"sign_method", "md5"}, {"version", "1.0"}}
}

// unsentMistakes sign what was not sent.
func unsentMistakes(c Case, q recipe) stage {
	if q.vendor != "fubei" {
		return stage{}
	}
	unsent := slices.DeleteFunc(defaults(), func(p Pair) bool { return has(c.Request.Pairs, p.Name) })
	s := stage{likely: []mistake{{"default_not_sent",
		"Optional parameters were signed with their defaults but not sent: send every parameter that is signed.",
		func(a *attempt) { a.pairs = append(a.pairs, unsent...) }}}}
	for _, p := range unsent {
		s.rare = append(s.rare, mistake{"default_not_sent",
			fmt.Sprintf("The parameter %s was signed as %q but not sent: send every parameter that is signed.", p.Name, p.Value),
			func(a *attempt) { a.add(p.Name, p.Value) }})
	}
	// RULES.md §3 knows a .NET SDK that does the second.
	const swapped = "The parameter %s, which is not sent, was signed empty: sign what is sent and nothing else."
	s.rare = append(s.rare,
		mistake{"unsent_signed_empty", fmt.Sprintf(swapped, "app_id"), func(a *attempt) { a.add("app_id", "") }},
		mistake{"unsent_signed_empty", "The parameter app_id was signed empty in place of vendor_sn: sign what is sent and nothing else.",
			func(a *attempt) {
				a.drop(named("vendor_sn"))
				a.add("app_id", "")
			}},
		mistake{"unsent_signed_empty", fmt.Sprintf(swapped, "vendor_sn"), func(a *attempt) { a.add("vendor_sn", "") }},
	)
	return s
}

func nameMistakes() stage {
	return stage{rare: []mistake{{"names_lower_cased",
		"Parameter names were turned to lower case before signing: sign them as they are sent.",
		func(a *attempt) {
			for i := range a.pairs {
				a.pairs[i].Name = strings.ToLower(a.pairs[i].Name)
			}
		}}}}
}

// leftOut leaves out the paging parameters together and then each parameter
// alone.
func leftOut(c Case, q recipe) stage {
	list := []mistake{{"paging_left_out",
		"The paging parameters (page_size, page_no, calc_total) were not signed: sign every parameter that is sent except sign.",
		func(a *attempt) { a.drop(named("page_size", "page_no", "calc_total")) }}}
	pairs := q.pairs(c.Request)
	for _, p := range pairs[:min(len(pairs), mostNamed)] {
		list = append(list, mistake{"parameter_left_out",
			fmt.Sprintf("The parameter %s was not signed: sign every parameter that is sent except sign.", shown(c, p.Name)),
			func(a *attempt) { a.drop(named(p.Name)) }})
	}
	return stage{likely: list}
}

// shown is a name from the wire as a sentence may hold it: short, on one line,
// and no secret, not even one that a client took for a name.
func shown(c Case, name string) string {
	const most = 40
	secrets := []string{c.Secret}
	for _, k := range c.Others {
		secrets = append(secrets, k.Secret)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(name, s) {
			return "whose name holds a secret"
		}
	}
	if r := []rune(name); len(r) > most {
		name = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", name)
}
