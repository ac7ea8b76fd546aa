package autopsy

import (
	"fmt"
	"slices"
	"strings"

	"shaxiang/signature"
)

// maxRewritten bounds the parameters whose JSON is rewritten.
const maxRewritten = 10

// jsonMistakes sign another spelling of the JSON than the one sent, in the body or in
// parameters.
func jsonMistakes(c *Case, q *signature.Recipe) Stage {
	var names []string
	for _, p := range q.Pairs(c.Request) {
		if len(names) < maxRewritten && !slices.Contains(names, p.Name) && isContainer(p.Value) {
			names = append(names, p.Name)
		}
	}
	if names == nil {
		return Stage{}
	}
	where := shown(c, strings.Join(names, ", "))
	rewritten := func(s jsonSpelling) Mistake {
		return Mistake{s.id,
			fmt.Sprintf("The JSON in %s was signed %s than sent: serialise once, and sign the very text that is sent.", where, s.how),
			func(a *Attempt) {
				a.Each(func(p signature.Pair) string {
					if slices.Contains(names, p.Name) && isContainer(p.Value) {
						return s.rewrite(p.Value)
					}
					return p.Value
				})
			}}
	}
	var s Stage
	for _, spelling := range spellingsOfJSON() {
		s.Likely = append(s.Likely, rewritten(spelling))
	}
	for _, spelling := range rareSpellingsOfJSON() {
		s.Rare = append(s.Rare, rewritten(spelling))
	}
	return s
}

// jsonSpelling is a way of writing JSON that differs from what was sent.
type jsonSpelling struct {
	id, how string
	rewrite rewrite
}

// escapedText, slashes, plain and html are what libraries do to strings.
func escapedText() rewrite { return unicodeEscaped(`\u%04x`) }
func slashes() rewrite     { return replaced("/", `\/`) }
func plain() rewrite       { return replaced(`\/`, "/") }
func html() rewrite        { return replaced("<", `\u003c`, ">", `\u003e`, "&", `\u0026`) }
func compact() rewrite     { return spaced(",", ":") }
func python() rewrite      { return spaced(", ", ": ") }

// library is the way of a well-known library, which differs from what was sent
// in several ways at once.
func library(name string, steps ...rewrite) jsonSpelling {
	return jsonSpelling{"json_reserialised", "as " + name + " writes it, otherwise", chain(steps...)}
}

// spellingsOfJSON are first the single differences and then what libraries
// write by default.
func spellingsOfJSON() []jsonSpelling {
	return []jsonSpelling{
		{"json_spaced", "with other blanks (one after each comma and colon)", python()},
		{"json_compacted", "with other blanks (none)", compact()},
		{"json_unicode_escaped", `with non-ASCII characters as \u escapes, otherwise`, escapedText()},
		{"json_unicode_raw", `with raw UTF-8 in place of \u escapes, otherwise`, unicodeRaw()},
		{"json_slashes_escaped", `with slashes escaped as \/, otherwise`, slashes()},
		{"json_slashes_plain", `with plain slashes in place of \/, otherwise`, plain()},
		{"json_keys_sorted", "with sorted keys, otherwise", sorted},
		library("Python's json.dumps", python(), escapedText(), plain()),
		library("Python's json.dumps with ensure_ascii=False", python(), unicodeRaw(), plain()),
		library("PHP's json_encode", compact(), escapedText(), plain(), slashes()),
		library("PHP's json_encode with JSON_UNESCAPED_UNICODE", compact(), unicodeRaw(), plain(), slashes()),
		library("JavaScript's JSON.stringify", compact(), unicodeRaw(), plain()),
		library("Go's json.Marshal of a map", sorted, unicodeRaw(), plain(), html()),
	}
}

func rareSpellingsOfJSON() []jsonSpelling {
	const indentation = "indented, otherwise"
	return []jsonSpelling{
		{"json_unicode_escaped", `with non-ASCII characters as upper-case \u escapes, otherwise`, unicodeEscaped(`\u%04X`)},
		{"json_html_escaped", `with <, > and & as \u escapes, otherwise`, html()},
		{"json_indented", indentation, indented("  ", ": ")},
		{"json_indented", indentation, indented("    ", ": ")},
		{"json_indented", indentation, indented("\t", ": ")},
		{"json_quoted", "with its quotes escaped, as it stands inside the outer JSON, otherwise", escapedQuotes},
		library("Python's json.dumps with separators or PHP's json_encode with JSON_UNESCAPED_SLASHES", compact(), escapedText(), plain()),
		library("Python's json.dumps with sort_keys", sorted, python(), escapedText(), plain()),
		library("Python's json.dumps with sort_keys and ensure_ascii=False", sorted, python(), unicodeRaw(), plain()),
		library("PHP's json_encode with JSON_PRETTY_PRINT", indented("    ", ": "), escapedText(), plain(), slashes()),
		library("Go's json.Marshal of a struct", compact(), unicodeRaw(), plain(), html()),
		library("a JSON library with sorted keys", sorted, unicodeRaw(), plain()),
		library("Gson", compact(), unicodeRaw(), plain(), html(), replaced("=", `\u003d`, "'", `\u0027`)),
		library(".NET's System.Text.Json", compact(), plain(), unicodeEscaped(`\u%04X`),
			replaced("<", `\u003C`, ">", `\u003E`, "&", `\u0026`, "+", `\u002B`, "'", `\u0027`, `\"`, `\u0022`)),
		library("Jackson's pretty printer", indented("  ", " : "), unicodeRaw(), plain()),
	}
}

// escapedQuotes is the text as it stands between the quotes of an outer JSON.
func escapedQuotes(text string) string {
	return strings.TrimSuffix(strings.TrimPrefix(quoted(text), `"`), `"`)
}

// valueMistakes change values on their way into the signed text.
func valueMistakes(c *Case, q *signature.Recipe) Stage {
	s := encodingMistakes(q)
	s.Rare = append(s.Rare, Mistake{"values_trimmed",
		"Blanks around values were not signed: sign each value exactly as it is sent.",
		func(a *Attempt) { a.Each(func(p signature.Pair) string { return strings.TrimSpace(p.Value) }) }})
	s.Rare = append(s.Rare, plusMistakes(c)...)
	return s
}

// encodingMistakes sign values in their percent-encoded form.
func encodingMistakes(q *signature.Recipe) Stage {
	encoded := func(enc percentEncoding, except string) Mistake {
		return Mistake{"values_url_encoded",
			"Values were URL-encoded before signing (" + enc.describe() + "): sign the raw values and encode only what is sent.",
			func(a *Attempt) {
				a.Each(func(p signature.Pair) string {
					if q.SignsBody && p.Name == except {
						return p.Value
					}
					return enc.encode(p.Value)
				})
			}}
	}
	var list []Mistake
	for _, enc := range percentEncodings() {
		// The body is not part of the URL, so most clients spare it.
		list = append(list, encoded(enc, "body"), encoded(enc, ""))
	}
	const common = 4 // the two commonest encodings, with and without the body
	return Stage{list[:common], list[common:]}
}

// percentEncoding is how a library encodes a value for a URL.
type percentEncoding struct {
	like  string // the library
	spare string // characters it leaves alone besides letters and digits
	blank string // what it makes of a blank
	hex   string // format of an encoded byte
}

func percentEncodings() []percentEncoding {
	var list []percentEncoding
	for _, hex := range []string{"%%%02X", "%%%02x"} {
		list = append(list,
			percentEncoding{"rawurlencode", "-_.~", "%20", hex},
			percentEncoding{"Go's url.QueryEscape or Python's quote_plus", "-_.~", "+", hex},
			percentEncoding{"encodeURIComponent", "-_.!~*'()", "%20", hex},
			percentEncoding{"Java's URLEncoder", "-_.*", "+", hex},
			percentEncoding{"PHP's urlencode", "-_.", "+", hex},
			percentEncoding{"Python's quote", "-_.~/", "%20", hex},
			percentEncoding{".NET's UrlEncode", "-_.!*()", "+", hex},
		)
	}
	return list
}

func (e percentEncoding) describe() string {
	digits := "upper-case"
	if strings.HasSuffix(e.hex, "x") {
		digits = "lower-case"
	}
	return fmt.Sprintf("as %s does, %s hex, a blank as %s", e.like, digits, e.blank)
}

func (e percentEncoding) encode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == ' ':
			b.WriteString(e.blank)
		case 'a' <= ch && ch <= 'z', 'A' <= ch && ch <= 'Z', '0' <= ch && ch <= '9', strings.IndexByte(e.spare, ch) >= 0:
			b.WriteByte(ch)
		default:
			fmt.Fprintf(&b, e.hex, ch)
		}
	}
	return b.String()
}

// plusMistakes undo what a server reads where a client sent a bare plus sign:
// a blank.
func plusMistakes(c *Case) []Mistake {
	if !c.Habits.Form { // JSON has no such trap
		return nil
	}
	const text = "A plus sign in %s was sent without URL-encoding and arrived as a blank: encode + as %%2B in what is sent."
	var list []Mistake
	for _, p := range c.Request.Pairs[:min(len(c.Request.Pairs), maxLeftOut)] {
		if strings.Contains(p.Value, " ") {
			list = append(list, Mistake{"plus_not_encoded", fmt.Sprintf(text, shown(c, p.Name)), func(a *Attempt) {
				a.Each(func(other signature.Pair) string {
					if other.Name == p.Name {
						return strings.ReplaceAll(other.Value, " ", "+")
					}
					return other.Value
				})
			}})
		}
	}
	return list
}
