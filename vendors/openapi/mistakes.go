package openapi

import (
	"fmt"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// Habits returns what people get wrong when they sign for the flagship edition.
func Habits(c *vendorapi.Credential, r signature.Request) autopsy.Habits {
	return autopsy.Habits{
		First:     salt(c, r),
		Timestamp: true,
		Epoch:     epoch(),
		Sweep:     sweep,
		Layouts:   layouts(),
		Secrets:   halves(c),
		Form:      true,
	}
}

func salt(c *vendorapi.Credential, r signature.Request) autopsy.Stage {
	const text = "The parameter salt was not signed: it is sent and signed like every other parameter."
	if autopsy.Has(r.Pairs, "salt") || c.Salt == "" {
		return autopsy.Stage{Likely: []autopsy.Mistake{{ID: "salt_left_out", Text: text, Apply: func(a *autopsy.Attempt) { a.Drop(autopsy.Named("salt")) }}}}
	}
	return autopsy.Stage{Likely: []autopsy.Mistake{{ID: "salt_not_sent",
		Text:  "The parameter salt was signed but not sent: send it as well.",
		Apply: func(a *autopsy.Attempt) { a.Add("salt", c.Salt) }}}}
}

func epoch() []autopsy.Mistake {
	return []autopsy.Mistake{
		autopsy.Timestamp("epoch_not_subtracted",
			fmt.Sprintf("The timestamp was signed as plain unix seconds: subtract %d in what is signed too.", signature.Epoch2012),
			func(sent int64) int64 { return sent + signature.Epoch2012 }),
		autopsy.Timestamp("epoch_subtracted_only_in_sign",
			fmt.Sprintf("The epoch was subtracted in what was signed but not in what was sent: send the timestamp less %d.", signature.Epoch2012),
			func(sent int64) int64 { return sent - signature.Epoch2012 }),
	}
}

func sweep() []autopsy.Mistake {
	return append(
		autopsy.Milliseconds("The timestamp was signed as unix milliseconds, without the epoch subtracted, but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent + signature.Epoch2012 }),
		autopsy.Milliseconds("The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent })...)
}

func layouts() autopsy.Stage {
	bare := func(dst []byte, p signature.Pair) []byte {
		if p.Name != "body" {
			dst = append(dst, p.Name...)
		}
		return append(dst, p.Value...)
	}
	unnamed := func(text string, order func([]signature.Pair)) autopsy.Mistake {
		return autopsy.Layout("body_without_name", text, func(l *signature.Layout) { l.Write, l.Order = bare, order })
	}
	const aside = "The body was put before or after the parameters, without a name: sort it among them under the name body."
	const separated = "Separators were put between names, values and parameters: join them with nothing between."
	return autopsy.Stage{
		Likely: []autopsy.Mistake{
			unnamed("The body was signed without the name body before it: sign the name as well.", signature.ByName),
			unnamed(aside, autopsy.BodyAside(true)),
			autopsy.Layout("separators_added", separated, func(l *signature.Layout) { l.Write, l.Separator = signature.Joined("="), "&" }),
		},
		Rare: []autopsy.Mistake{
			unnamed(aside, autopsy.BodyAside(false)),
			autopsy.Layout("separators_added", separated, func(l *signature.Layout) { l.Write = signature.Joined("=") }),
			autopsy.Layout("separators_added", separated, func(l *signature.Layout) { l.Separator = "&" }),
			autopsy.Layout("trailing_separator", "An & was put after the last parameter: put nothing there.",
				func(l *signature.Layout) { l.Glue = "&" }),
		},
	}
}

// halves confuses the two halves of the appsecret.
func halves(c *vendorapi.Credential) autopsy.Stage {
	if c.Salt == "" {
		return autopsy.Stage{}
	}
	const whole = "The whole appsecret was used as secret: use only the part before the colon."
	return autopsy.Stage{
		Likely: []autopsy.Mistake{
			autopsy.Secret("whole_appsecret", whole, func(s string) string { return s + ":" + c.Salt }),
			autopsy.Secret("salt_as_secret", "The salt was used as secret: use the part of the appsecret before the colon.",
				func(string) string { return c.Salt }),
		},
		Rare: []autopsy.Mistake{autopsy.Secret("whole_appsecret", whole, func(s string) string { return s + c.Salt })},
	}
}
