package autopsy

import (
	"crypto/md5"
	"fmt"
	"strings"

	"shaxiang/signature"
)

// secretMistakes use another secret or put the secret elsewhere in the text.
func secretMistakes(c *Case, q *signature.Recipe) Stage {
	const hashed = "The MD5 of the secret was used in its place: use the secret itself."
	const quotes = "The secret was used with quotes around it: take it out of its quotes."
	return placeMistakes(q).And(c.Habits.Secrets, whiteMistakes(), Stage{Rare: []Mistake{
		Secret("secret_letter_case", "The secret was turned to lower case: use it as it was issued.", strings.ToLower),
		Secret("secret_letter_case", "The secret was turned to upper case: use it as it was issued.", strings.ToUpper),
		Secret("secret_hashed", hashed, func(s string) string { return signature.LowerHex(sumOf(md5.New(), []byte(s))) }),
		Secret("secret_hashed", hashed, func(s string) string { return signature.UpperHex(sumOf(md5.New(), []byte(s))) }),
		Secret("secret_quoted", quotes, func(s string) string { return `"` + s + `"` }),
		Secret("secret_quoted", quotes, func(s string) string { return "'" + s + "'" }),
	}})
}

// Secret returns a mistake with the secret: f changes the right one.
func Secret(id, text string, f func(string) string) Mistake {
	return Mistake{id, text, func(a *Attempt) { a.Secret = f(a.Secret) }}
}

func placeMistakes(q *signature.Recipe) Stage {
	place := func(id, text string, before, after bool) Mistake {
		return Layout(id, text+rightPlace(q), func(l *signature.Layout) { l.Before, l.After = before, after })
	}
	s := Stage{Likely: []Mistake{
		place("secret_missing", "The secret was not signed: ", false, false),
		place("secret_only_before", "The secret was put only before the parameters: ", true, false),
	}}
	if q.Layout.Before {
		s.Likely = append(s.Likely, place("secret_only_after", "The secret was put only after the parameters: ", false, true))
	} else {
		s.Likely = append(s.Likely, place("secret_on_both_sides", "The secret was put on both sides of the parameters: ", true, true))
	}
	for _, name := range []string{"appsecret", "app_secret", "secret", "key"} {
		s.Rare = append(s.Rare, Mistake{"secret_as_parameter",
			fmt.Sprintf("The secret was signed as a parameter named %s: ", name) + rightPlace(q),
			func(a *Attempt) {
				a.Add(name, a.Secret)
				a.Layout.Before, a.Layout.After = false, false
			}})
	}
	return s
}

func rightPlace(q *signature.Recipe) string {
	if !q.Layout.Before && !q.Layout.After {
		return "use it as the key of " + q.Algorithm + " only."
	}
	if q.Layout.Before {
		return "put it both before and after the parameters."
	}
	return "append it once, after the last parameter."
}

// padded uses the secret with something around it, as it comes out of a file or
// a pasted line.
func padded(before, after, what string) Mistake {
	return Secret("secret_whitespace",
		fmt.Sprintf("The secret was used with %s around it that is not part of it: trim it when it is read.", what),
		func(s string) string { return before + s + after })
}

func whiteMistakes() Stage {
	const bom = "\ufeff"
	return Stage{
		Likely: []Mistake{padded("", "\n", "a line end"), padded("", "\r\n", "a line end")},
		Rare: []Mistake{
			padded("", "\r", "a line end"),
			padded("", " ", "a blank"), padded(" ", "", "a blank"), padded(" ", " ", "a blank"),
			padded("", "\t", "a tab"), padded("\t", "", "a tab"),
			padded(bom, "", "a byte order mark"), padded(bom, "\n", "a byte order mark and a line end"),
			Secret("secret_whitespace",
				"The secret was used without the blanks around it: use it as it was issued.", strings.TrimSpace),
		},
	}
}

// borrowedSecrets use another credential that the server knows.
func borrowedSecrets(c *Case) Stage {
	var s Stage
	for _, k := range c.Others {
		text := fmt.Sprintf("The secret of another credential was used (%s): use the one that belongs to the key sent.", k.Name)
		s.Likely = append(s.Likely, Secret("other_credential", text, func(string) string { return k.Secret }))
	}
	for _, k := range c.Others {
		if k.Issued == "" {
			continue
		}
		text := fmt.Sprintf("The whole appsecret of another credential was used (%s): use the secret that belongs to the key sent, without the salt.", k.Name)
		s.Rare = append(s.Rare, Secret("other_credential", text, func(string) string { return k.Issued }))
	}
	return s
}
