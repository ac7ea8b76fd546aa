package handlers

import (
	"shaxiang/catalog/args"
	"shaxiang/internal/text"
)

// Why a call was refused, and what else the journal tells about it.
const (
	hintParameter     text.ID = "handlers.parameter"
	hintNoParameter   text.ID = "handlers.no_parameter"
	hintVersion       text.ID = "handlers.version"
	hintApp           text.ID = "handlers.app"
	hintNoApp         text.ID = "handlers.no_app"
	hintUnknownApp    text.ID = "handlers.unknown_app"
	hintUnknownKey    text.ID = "handlers.unknown_key"
	hintDeclared      text.ID = "handlers.declared"
	hintSignature     text.ID = "handlers.signature"
	hintSalt          text.ID = "handlers.salt"
	hintUnknownMethod text.ID = "handlers.unknown_method"
	hintGateway       text.ID = "handlers.gateway"
	hintPermission    text.ID = "handlers.permission"
	hintUnknownValue  text.ID = "handlers.unknown_value"
	hintNothingFits   text.ID = "handlers.nothing_fits"
	hintFewMistakes   text.ID = "handlers.few_mistakes_tried"
	hintNoMistake     text.ID = "handlers.no_known_mistake"
	hintRule          text.ID = "handlers.rule"
	hintQuota         text.ID = "handlers.quota"
	hintPatch         text.ID = "handlers.patch"
)

// Messages returns the words of the hints of this package.
func Messages() text.Table {
	return text.Table{
		hintParameter:     {English: "the parameter {name} is missing"},
		hintNoParameter:   {English: "the parameter {name} is missing, and so is every other; they travel in {carrier}"},
		hintVersion:       {English: "v must be {version}"},
		hintApp:           {English: "{name} was not sent"},
		hintNoApp:         {English: "neither {names} was sent"},
		hintUnknownApp:    {English: "no tenant has the app {app}; known are {known}"},
		hintUnknownKey:    {English: "the app {app} has no key {key}"},
		hintDeclared:      {English: "this credential is declared to be refused so"},
		hintSignature:     {English: "the signature does not fit"},
		hintSalt:          {English: "the salt is not the credential's; the appsecret is secret:salt"},
		hintUnknownMethod: {English: "no endpoint is called {method}{meant}"},
		hintGateway:       {English: "{method} is answered on {gateways|all}"},
		hintPermission:    {English: "this credential is declared not to have applied for the method"},
		hintUnknownValue:  {English: "no {collection} has a {column} of {values|all}"},
		hintNothingFits:   {English: "no {collection} fits the call"},
		hintFewMistakes:   {English: "{hint}; so many signatures were refused just now that only the likeliest mistakes were tried, and none gives it"},
		hintNoMistake:     {English: "{hint}; no known mistake gives it, so compare what you hash with the canonical text"},
		hintRule:          {English: "the rule {rule} says so"},
		hintQuota:         {English: "the tenant's quota of the method is used up"},
		hintPatch:         {English: "the patch of the rule {rule} does not fit, so the answer was sent unchanged: {error}"},
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
