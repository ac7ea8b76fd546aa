package args

import "shaxiang/internal/text"

// Why a call or one row of it was refused.
const (
	hintOneValue      text.ID = "args.one_value"
	hintCommaList     text.ID = "args.comma_list"
	hintLayout        text.ID = "args.layout"
	hintType          text.ID = "args.type"
	hintDigits        text.ID = "args.digits"
	hintLength        text.ID = "args.length"
	hintMostElements  text.ID = "args.most_elements"
	hintLeastElements text.ID = "args.least_elements"
	hintEnum          text.ID = "args.enum"
	hintAtMost        text.ID = "args.at_most"
	hintAtLeast       text.ID = "args.at_least"
	hintAbove         text.ID = "args.above"
	hintArgCount      text.ID = "args.argument_count"
	hintArgMissing    text.ID = "args.argument_missing"
	hintCells         text.ID = "args.arguments_in_lists"
	hintObject        text.ID = "args.object"
	hintList          text.ID = "args.list"
	hintObjects       text.ID = "args.objects"
	hintUnknown       text.ID = "args.unknown_argument"
	hintMissing       text.ID = "args.missing"
	hintMissingAll    text.ID = "args.missing_all"
	hintPage          text.ID = "args.page"
	hintPageSize      text.ID = "args.page_size"
	hintSpan          text.ID = "args.span"
)

// Messages returns the words of the hints with which this package refuses calls.
func Messages() text.Table {
	return text.Table{
		hintOneValue:      {English: "{name} must be one {type}, not a list or an object"},
		hintCommaList:     {English: "{name} must be a comma list of {type}"},
		hintLayout:        {English: "{name} must look like {example}"},
		hintType:          {English: "{name} must be {type}, not {value|clip}"},
		hintDigits:        {English: "{name} must have at most 15 digits before the point and 4 after it"},
		hintLength:        {English: "{name} is longer than {limit} characters"},
		hintMostElements:  {English: "{name} has {count} elements, at most {limit}"},
		hintLeastElements: {English: "{name} has {count} elements, at least {limit}"},
		hintEnum:          {English: "{name} must be one of {values|all}"},
		hintAtMost:        {English: "{name} must be at most {limit}"},
		hintAtLeast:       {English: "{name} must be at least {limit}"},
		hintAbove:         {English: "{name} must be above {limit}"},
		hintArgCount:      {English: "{count} arguments sent, {method} takes {limit}"},
		hintArgMissing:    {English: "argument {number} ({name}) is missing"},
		hintCells:         {English: "the lists of the call have more than {limit} arguments together, and the sandbox takes no more"},
		hintObject:        {English: "{name} must be an object"},
		hintList:          {English: "{name} must be a list"},
		hintObjects:       {English: "{name} must be a list of objects; element {number} is none"},
		hintUnknown:       {English: "{method} has no argument {name|clip}"},
		hintMissing:       {English: "{name} is missing"},
		hintMissingAll:    {English: "one of {names|all} must be given"},
		hintPage:          {English: "{name} must be a whole number from {least} on"},
		hintPageSize:      {English: "{name} must be a whole number from 1 to {limit}"},
		hintSpan:          {English: "{from} to {to} is {seconds} s, at most {limit} s"},
	}
}
