package autopsy

import (
	"fmt"
	"slices"
	"strings"

	"shaxiang/signature"
)

// parameterMistakes are those in which parameters are signed: left out, added,
// or taken for something else.
func parameterMistakes(c *Case, q *signature.Recipe) Stage {
	return c.Habits.First.And(
		emptyMistakes(),
		signMistakes(),
		c.Habits.Unsent,
		nameMistakes(),
		leftOut(c, q),
	)
}

// rebodied signs another body than the one sent. It comes first of all, when
// the body stands last among the pairs.
func rebodied(id, text string, f func(string) string) Mistake {
	return Mistake{id, text, func(a *Attempt) {
		body := &a.Pairs[len(a.Pairs)-1]
		body.Value = f(body.Value)
	}}
}

// emptyBody signs an empty body of one kind or another.
func emptyBody(empty string) Mistake {
	return rebodied("body_signed_empty",
		fmt.Sprintf("The body was signed as %q but another one was sent: sign the body text that is sent.", empty),
		func(string) string { return empty })
}

func bodyMistakes(q *signature.Recipe) Stage {
	if !q.SignsBody {
		return Stage{}
	}
	const newline = "The body was signed without the blanks or line ends around it, or with a line end that was not sent: sign exactly the bytes that are sent."
	return Stage{
		Likely: []Mistake{
			{"body_not_signed",
				"The body was not signed: sign the raw body text as if it were a parameter named body.",
				func(a *Attempt) { a.Pairs = a.Pairs[:len(a.Pairs)-1] }},
			emptyBody(""), emptyBody("[]"),
			rebodied("body_line_end", newline, strings.TrimSpace),
			rebodied("body_line_end", newline, func(s string) string { return s + "\n" }),
		},
		Rare: []Mistake{
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

func emptyMistakes() Stage {
	skipped := func(empty ...string) Mistake {
		return Mistake{"empty_values_skipped",
			"Parameters with an empty value were not signed: sign every parameter that is sent, with its empty value.",
			func(a *Attempt) { a.Drop(func(p signature.Pair) bool { return slices.Contains(empty, p.Value) }) }}
	}
	s := Stage{
		Likely: []Mistake{skipped("")},
		Rare:   []Mistake{skipped("", "0")}, // PHP's empty()
	}
	for _, word := range []string{"null", "None", "undefined", "nil"} {
		s.Rare = append(s.Rare, Mistake{"empty_signed_as_null",
			fmt.Sprintf("Empty values were signed as %q: sign them as they are sent, empty.", word),
			func(a *Attempt) {
				a.Each(func(p signature.Pair) string {
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
func signMistakes() Stage {
	const text = "The parameter sign was itself signed: leave it out, and compute the signature once."
	as := func(value string) Mistake {
		return Mistake{"sign_signed", text, func(a *Attempt) { a.Add("sign", value) }}
	}
	return Stage{
		Likely: []Mistake{as(""), {"sign_signed", text, func(a *Attempt) {
			a.Add("sign", a.spell(sumOf(a.digest(a.Secret), a.appendCanonical(nil, slices.Clone(a.Pairs)))))
		}}},
		Rare: []Mistake{as("null"), as("None"), as("undefined")},
	}
}

func nameMistakes() Stage {
	return Stage{Rare: []Mistake{{"names_lower_cased",
		"Parameter names were turned to lower case before signing: sign them as they are sent.",
		func(a *Attempt) {
			for i := range a.Pairs {
				a.Pairs[i].Name = strings.ToLower(a.Pairs[i].Name)
			}
		}}}}
}

// leftOut leaves out the paging parameters together and then each parameter
// alone.
func leftOut(c *Case, q *signature.Recipe) Stage {
	list := []Mistake{{"paging_left_out",
		"The paging parameters (page_size, page_no, calc_total) were not signed: sign every parameter that is sent except sign.",
		func(a *Attempt) { a.Drop(Named("page_size", "page_no", "calc_total")) }}}
	pairs := q.Pairs(c.Request)
	for _, p := range pairs[:min(len(pairs), maxLeftOut)] {
		list = append(list, Mistake{"parameter_left_out",
			fmt.Sprintf("The parameter %s was not signed: sign every parameter that is sent except sign.", shown(c, p.Name)),
			func(a *Attempt) { a.Drop(Named(p.Name)) }})
	}
	return Stage{Likely: list}
}

// shown is a name from the wire as a sentence may hold it: short, on one line,
// and no secret, not even one that a client took for a name.
func shown(c *Case, name string) string {
	const maxLetters = 40
	secrets := []string{c.Secret}
	for _, k := range c.Others {
		secrets = append(secrets, k.Secret)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(name, s) {
			return "whose name holds a secret"
		}
	}
	if r := []rune(name); len(r) > maxLetters {
		name = string(r[:maxLetters]) + "…"
	}
	return fmt.Sprintf("%q", name)
}
