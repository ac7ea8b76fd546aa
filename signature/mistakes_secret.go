package signature

import (
	"crypto/md5"
	"fmt"
	"strings"
)

// secretMistakes take another secret or put it in another place.
func secretMistakes(c Case, q recipe) stage {
	const hashed = "The MD5 of the secret was used in its place: use the secret itself."
	const quotes = "The secret was used with quotes around it: take it out of its quotes."
	return placeMistakes(q).and(saltedSecrets(c), whiteMistakes(), stage{rare: []mistake{
		resecret("secret_letter_case", "The secret was turned to lower case: use it as it was issued.", strings.ToLower),
		resecret("secret_letter_case", "The secret was turned to upper case: use it as it was issued.", strings.ToUpper),
		resecret("secret_hashed", hashed, func(s string) string { return lowerHex(sumOf(md5.New(), []byte(s))) }),
		resecret("secret_hashed", hashed, func(s string) string { return upperHex(sumOf(md5.New(), []byte(s))) }),
		resecret("secret_quoted", quotes, func(s string) string { return `"` + s + `"` }),
		resecret("secret_quoted", quotes, func(s string) string { return "'" + s + "'" }),
	}})
}

// resecret makes another secret of the right one.
func resecret(id, text string, f func(string) string) mistake {
	return mistake{id, text, func(a *attempt) { a.secret = f(a.secret) }}
}

func placeMistakes(q recipe) stage {
	place := func(id, text string, before, after bool) mistake {
		return relaid(id, text+rightPlace(q), func(l *layout) { l.before, l.after = before, after })
	}
	s := stage{likely: []mistake{
		place("secret_missing", "The secret was not signed: ", false, false),
		place("secret_only_before", "The secret was put only before the parameters: ", true, false),
	}}
	if q.layout.before {
		s.likely = append(s.likely, place("secret_only_after", "The secret was put only after the parameters: ", false, true))
	} else {
		s.likely = append(s.likely, place("secret_on_both_sides", "The secret was put on both sides of the parameters: ", true, true))
	}
	for _, name := range []string{"appsecret", "app_secret", "secret", "key"} {
		s.rare = append(s.rare, mistake{"secret_as_parameter",
			fmt.Sprintf("The secret was signed as a parameter named %s: ", name) + rightPlace(q),
			func(a *attempt) {
				a.add(name, a.secret)
				a.layout.before, a.layout.after = false, false
			}})
	}
	return s
}

func rightPlace(q recipe) string {
	if q.layout.before {
		return "put it both before and after the parameters."
	}
	return "append it once, after the last parameter."
}

// saltedSecrets confuse the two halves of the flagship's appsecret.
func saltedSecrets(c Case) stage {
	if c.Salt == "" {
		return stage{}
	}
	const whole = "The whole appsecret was used as secret: use only the part before the colon."
	return stage{
		likely: []mistake{
			resecret("whole_appsecret", whole, func(s string) string { return s + ":" + c.Salt }),
			resecret("salt_as_secret", "The salt was used as secret: use the part of the appsecret before the colon.",
				func(string) string { return c.Salt }),
		},
		rare: []mistake{resecret("whole_appsecret", whole, func(s string) string { return s + c.Salt })},
	}
}

// padded uses the secret with something around it, as it comes out of a file or
// a pasted line.
func padded(before, after, what string) mistake {
	return resecret("secret_whitespace",
		fmt.Sprintf("The secret was used with %s around it that is not part of it: trim it when it is read.", what),
		func(s string) string { return before + s + after })
}

func whiteMistakes() stage {
	const bom = "\ufeff"
	return stage{
		likely: []mistake{padded("", "\n", "a line end"), padded("", "\r\n", "a line end")},
		rare: []mistake{
			padded("", "\r", "a line end"),
			padded("", " ", "a blank"), padded(" ", "", "a blank"), padded(" ", " ", "a blank"),
			padded("", "\t", "a tab"), padded("\t", "", "a tab"),
			padded(bom, "", "a byte order mark"), padded(bom, "\n", "a byte order mark and a line end"),
			resecret("secret_whitespace",
				"The secret was used without the blanks around it: use it as it was issued.", strings.TrimSpace),
		},
	}
}

// borrowedSecrets use another credential that the server knows.
func borrowedSecrets(c Case) stage {
	var s stage
	for _, k := range c.Others {
		text := fmt.Sprintf("The secret of another credential was used (%s): use the one that belongs to the key sent.", k.Name)
		s.likely = append(s.likely, resecret("other_credential", text, func(string) string { return k.Secret }))
	}
	for _, k := range c.Others {
		if k.Salt == "" {
			continue
		}
		text := fmt.Sprintf("The whole appsecret of another credential was used (%s): use the secret that belongs to the key sent, without the salt.", k.Name)
		s.rare = append(s.rare, resecret("other_credential", text, func(string) string { return k.Secret + ":" + k.Salt }))
	}
	return s
}
