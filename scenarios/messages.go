package scenarios

import (
	"sync"

	"shaxiang/internal/text"
)

// Messages returns the words of the linter's problems.
func Messages() text.Table {
	return text.Table{
		"scenarios.too_many":              {English: "{count} is too many; at most {limit}"},
		"scenarios.name_missing":          {English: "name: is missing; write the file's name without its extension"},
		"scenarios.title_missing":         {English: "needs one line that says what the scenario does"},
		"scenarios.pattern":               {English: "{error}"},
		"scenarios.meant":                 {English: "; did you mean {name}?"},
		"scenarios.of_vendor":             {English: " of {vendor}"},
		"scenarios.called":                {English: ", {rule},"},
		"scenarios.no_notification":       {English: "{pattern|q} fits no notification{meant}; known are {known}"},
		"scenarios.no_method":             {English: "{pattern|q} fits no method{whose}{meant}; known are {known}"},
		"scenarios.no_collection":         {English: "no collection is called so{meant}; known are {known}"},
		"scenarios.name_form":             {English: "{name|q} must be small letters and digits joined by hyphens, such as third-call-throttled"},
		"scenarios.too_many_rules":        {English: "{count} are too many; at most {limit}"},
		"scenarios.rule_twice":            {English: "{name|q} appears twice; the journal could not tell the rules apart"},
		"scenarios.frozen_now":            {English: "{now|q} is no time; a frozen clock stands at one such as 2022-12-28 12:00:00"},
		"scenarios.frozen_offset":         {English: "a frozen clock takes no offset; write the moment into now"},
		"scenarios.offset_missing":        {English: "an offset clock needs an offset such as 10m or -10m"},
		"scenarios.now_unused":            {English: "only a frozen clock takes now; set mode to frozen"},
		"scenarios.offset_unused":         {English: "only an offset clock takes an offset; set mode to offset"},
		"scenarios.negative":              {English: "{number} is below 0"},
		"scenarios.tick_form":             {English: "{tick} must be whole seconds; moments have no smaller parts"},
		"scenarios.missing":               {English: "is missing"},
		"scenarios.span_backwards":        {English: "{to} is before {from}; no moment lies between"},
		"scenarios.day_form":              {English: "{day|q} is no day; write it as 2022-12-28 or 2022-12-28 12:00:00"},
		"scenarios.quota_negative":        {English: "a limit is below 0; 0 is no limit"},
		"scenarios.quota_method_missing":  {English: "is missing; write a method or a pattern such as sales.*"},
		"scenarios.method_quota_negative": {English: "a limit is below 0; 0 is as for all methods"},
		"scenarios.quota_empty":           {English: "limits nothing; give per_minute or concurrent"},
		"scenarios.quota_shadowed":        {English: "{method|q} never decides: {earlier|q} stands before it and fits the same methods"},
		"scenarios.times_negative":        {English: "{times} is below 0; leave it out for a rule without end"},
		"scenarios.probability_range":     {English: "{probability} is out of range; want above 0 and at most 1"},
		"scenarios.param_name":            {English: "an argument has no name"},
		"scenarios.then_empty":            {English: "does nothing; give one of refuse, reply, patch, delay, drop, http, advance, notify, become"},
		"scenarios.call_below_one":        {English: "calls are counted from 1; a number is below that"},
		"scenarios.call_never":            {English: "can never match: first {first} leaves no call that after and every would choose"},
		"scenarios.nth_left_out":          {English: "can never match: call {call} is left out by first, after or every"},
		"scenarios.nth_beyond_times":      {English: "names {count} calls, but times is {times}; the last can never match"},
		"scenarios.two_answers":           {English: "refuse and reply are two answers; keep one"},
		"scenarios.refuse_form":           {English: "needs a kind, or a code as JSON text with a message"},
		"scenarios.http_status":           {English: "{status} is no status of an answer; want 200 to 599"},
		"scenarios.http_never_sent":       {English: "never sent: drop is reset"},
		"scenarios.advance_negative":      {English: "{advance} is below 0; a clock only moves on"},
		"scenarios.patch_never_sent":      {English: "never sent: drop is {drop}"},
		"scenarios.patch_of_reply":        {English: "changes the rule's own reply; write it into the reply"},
		"scenarios.path_twice":            {English: "appears twice"},
		"scenarios.negative_time":         {English: "is below 0"},
		"scenarios.delay_form":            {English: "needs one form: 1.5s, {{min, max} or {{p50, p99}"},
		"scenarios.delay_min":             {English: "min {min} is over max {max}"},
		"scenarios.delay_percentiles":     {English: "needs both p50 and p99, above 0"},
		"scenarios.delay_p50":             {English: "p50 {p50} is over p99 {p99}"},
		"scenarios.state_never":           {English: "can never match: no rule becomes {state|q}; states are {known|all}"},
		"scenarios.rule_shadowed":         {English: "can never match: the rule before it{before} fires on the same calls"},
		"scenarios.late_negative":         {English: "late is {late}; it must be above 0"},
		"scenarios.late_unused":           {English: "only late takes a time"},
		"scenarios.notify_and_calls":      {English: "notify is done to notifications, and the other effects to calls; write two rules. Only become may stand beside it"},
		"scenarios.not_known":             {English: "{got|q} is not known{meant}; known are {known}"},
	}
}

var english = sync.OnceValue(func() *text.Renderer { return text.MustRenderer(text.English, Messages()) })
