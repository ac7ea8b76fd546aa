package openapi2

import (
	"fmt"
	"unicode/utf8"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// Habits returns what people get wrong when they sign for the enterprise edition.
func Habits(*vendorapi.Credential, signature.Request) autopsy.Habits {
	return autopsy.Habits{
		Timestamp: true,
		Epoch: []autopsy.Mistake{autopsy.Timestamp("epoch_subtracted",
			fmt.Sprintf("The timestamp was signed less %d: sign plain unix seconds, as sent.", signature.Epoch2012),
			func(sent int64) int64 { return sent - signature.Epoch2012 })},
		Sweep:   sweep,
		Layouts: layouts(),
		Form:    true,
	}
}

func sweep() []autopsy.Mistake {
	return autopsy.Milliseconds("The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
		func(sent int64) int64 { return sent })
}

func layouts() autopsy.Stage {
	written := func(id, text, format string) autopsy.Mistake {
		return autopsy.Layout(id, text, func(l *signature.Layout) { l.Write = formatted(format) })
	}
	const unpadded = "Lengths were not filled up with zeros: write two digits for the name's length and four for the value's."
	const unseparated = "Separators are missing: write LL-name:LLLL-value with ; between the parameters."
	return autopsy.Stage{
		Likely: []autopsy.Mistake{
			autopsy.Layout("lengths_in_bytes", "Lengths were counted in UTF-8 bytes: count characters.",
				func(l *signature.Layout) { l.Write = withLengths(func(s string) int { return len(s) }) }),
			written("length_padding_missing", unpadded, "%d-%s:%d-%s"),
			written("length_padding_missing", unpadded, "%02d-%s:%d-%s"),
			autopsy.Layout("trailing_separator", "A ; was put after the last parameter: put none between it and the secret.",
				func(l *signature.Layout) { l.Glue = ";" }),
			autopsy.Layout("separators_missing", unseparated, func(l *signature.Layout) { l.Separator = "" }),
		},
		Rare: []autopsy.Mistake{
			written("length_padding_missing", unpadded, "%d-%s:%04d-%s"),
			written("length_padding_wrong", unpadded, "%02d-%s:%02d-%s"),
			written("length_padding_wrong", unpadded, "%04d-%s:%04d-%s"),
			written("separators_missing", unseparated, "%02d-%s%04d-%s"),
			written("separators_missing", unseparated, "%02d%s:%04d%s"),
			written("separators_missing", unseparated, "%02d%s%04d%s"),
			autopsy.Layout("separators_missing", unseparated, func(l *signature.Layout) {
				l.Write, l.Separator = formatted("%02d%s%04d%s"), ""
			}),
			autopsy.Layout("lengths_missing", "The lengths were not signed: write LL-name:LLLL-value.",
				func(l *signature.Layout) { l.Write = signature.Joined(":") }),
			autopsy.Layout("wrong_separator", "The parameters were joined with &: put ; between them.",
				func(l *signature.Layout) { l.Separator = "&" }),
		},
	}
}

// formatted writes a parameter in another form than that of withLengths.
func formatted(format string) func([]byte, signature.Pair) []byte {
	return func(dst []byte, p signature.Pair) []byte {
		return fmt.Appendf(dst, format, utf8.RuneCountInString(p.Name), p.Name, utf8.RuneCountInString(p.Value), p.Value)
	}
}
