package fubei

import (
	"fmt"
	"slices"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// Habits returns what people get wrong when they sign for 付呗, which knows no timestamp.
func Habits(_ *vendorapi.Credential, r signature.Request) autopsy.Habits {
	return autopsy.Habits{Unsent: unsent(r), Layouts: layouts()}
}

// defaults are Fubei's optional public parameters and the values they take when
// they are not sent (vendor/fubei/RULES.md §2).
func defaults() []signature.Pair {
	return []signature.Pair{{Name: "format", Value: "json"}, {Name: "sign_method", Value: "md5"}, {Name: "version", Value: "1.0"}}
}

// unsent signs what was not sent.
func unsent(r signature.Request) autopsy.Stage {
	left := slices.DeleteFunc(defaults(), func(p signature.Pair) bool { return autopsy.Has(r.Pairs, p.Name) })
	s := autopsy.Stage{Likely: []autopsy.Mistake{{ID: "default_not_sent",
		Text:  "Optional parameters were signed with their defaults but not sent: send every parameter that is signed.",
		Apply: func(a *autopsy.Attempt) { a.Pairs = append(a.Pairs, left...) }}}}
	for _, p := range left {
		s.Rare = append(s.Rare, autopsy.Mistake{ID: "default_not_sent",
			Text:  fmt.Sprintf("The parameter %s was signed as %q but not sent: send every parameter that is signed.", p.Name, p.Value),
			Apply: func(a *autopsy.Attempt) { a.Add(p.Name, p.Value) }})
	}
	// RULES.md §3 knows a .NET SDK that does the second.
	const swapped = "The parameter %s, which is not sent, was signed empty: sign what is sent and nothing else."
	s.Rare = append(s.Rare,
		autopsy.Mistake{ID: "unsent_signed_empty", Text: fmt.Sprintf(swapped, "app_id"), Apply: func(a *autopsy.Attempt) { a.Add("app_id", "") }},
		autopsy.Mistake{ID: "unsent_signed_empty", Text: "The parameter app_id was signed empty in place of vendor_sn: sign what is sent and nothing else.",
			Apply: func(a *autopsy.Attempt) {
				a.Drop(autopsy.Named("vendor_sn"))
				a.Add("app_id", "")
			}},
		autopsy.Mistake{ID: "unsent_signed_empty", Text: fmt.Sprintf(swapped, "vendor_sn"), Apply: func(a *autopsy.Attempt) { a.Add("vendor_sn", "") }},
	)
	return s
}

func layouts() autopsy.Stage {
	const missing = "Separators are missing: write name=value with & between the parameters."
	return autopsy.Stage{
		Likely: []autopsy.Mistake{
			autopsy.Layout("trailing_separator", "An & was put after the last parameter: append the secret directly.",
				func(l *signature.Layout) { l.Glue = "&" }),
			autopsy.Layout("separators_missing", missing, func(l *signature.Layout) { l.Write, l.Separator = signature.Joined(""), "" }),
		},
		Rare: []autopsy.Mistake{
			autopsy.Layout("separators_missing", missing, func(l *signature.Layout) { l.Separator = "" }),
			autopsy.Layout("separators_missing", missing, func(l *signature.Layout) { l.Write = signature.Joined("") }),
		},
	}
}
