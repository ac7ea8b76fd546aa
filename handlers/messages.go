package handlers

import (
	"shaxiang/catalog/args"
	"shaxiang/internal/text"
)

// Why a call was refused, and what else the journal tells about it.
const (
	hintNothingFits text.ID = "handlers.nothing_fits"
	hintFewMistakes text.ID = "handlers.few_mistakes_tried"
	hintNoMistake   text.ID = "handlers.no_known_mistake"
	hintRule        text.ID = "handlers.rule"
	hintQuota       text.ID = "handlers.quota"
	hintPatch       text.ID = "handlers.patch"
)

// Messages returns the words of the hints of this package.
func Messages() text.Table {
	return text.Table{
		hintNothingFits: {English: "no {collection} fits the call"},
		hintFewMistakes: {English: "{hint}; so many signatures were refused just now that only the likeliest mistakes were tried, and none gives it"},
		hintNoMistake:   {English: "{hint}; no known mistake gives it, so compare what you hash with the canonical text"},
		hintRule:        {English: "the rule {rule} says so"},
		hintQuota:       {English: "the tenant's quota of the method is used up"},
		hintPatch:       {English: "the patch of the rule {rule} does not fit, so the answer was sent unchanged: {error}"},
	}
}

// mustWords returns the renderer of all hints that a call can have.
func mustWords(l text.Language) *text.Renderer {
	r, err := text.NewRenderer(l, args.Messages(), Messages())
	if err != nil {
		panic(err) // of constants, which a test walks
	}
	return r
}
