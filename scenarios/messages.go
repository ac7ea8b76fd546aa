package scenarios

import "shaxiang/internal/text"

// What the linter reports.
const (
	problemTooMany             text.ID = "scenarios.too_many"
	problemNameMissing         text.ID = "scenarios.name_missing"
	problemTitleMissing        text.ID = "scenarios.title_missing"
	problemPattern             text.ID = "scenarios.pattern"
	problemMeant               text.ID = "scenarios.meant"
	problemOfVendor            text.ID = "scenarios.of_vendor"
	problemCalled              text.ID = "scenarios.called"
	problemNoNotification      text.ID = "scenarios.no_notification"
	problemNoMethod            text.ID = "scenarios.no_method"
	problemNoCollection        text.ID = "scenarios.no_collection"
	problemNameForm            text.ID = "scenarios.name_form"
	problemTooManyRules        text.ID = "scenarios.too_many_rules"
	problemRuleTwice           text.ID = "scenarios.rule_twice"
	problemFrozenNow           text.ID = "scenarios.frozen_now"
	problemFrozenOffset        text.ID = "scenarios.frozen_offset"
	problemOffsetMissing       text.ID = "scenarios.offset_missing"
	problemNowUnused           text.ID = "scenarios.now_unused"
	problemOffsetUnused        text.ID = "scenarios.offset_unused"
	problemNegative            text.ID = "scenarios.negative"
	problemTickForm            text.ID = "scenarios.tick_form"
	problemMissing             text.ID = "scenarios.missing"
	problemSpanBackwards       text.ID = "scenarios.span_backwards"
	problemDayForm             text.ID = "scenarios.day_form"
	problemQuotaNegative       text.ID = "scenarios.quota_negative"
	problemQuotaMethodMissing  text.ID = "scenarios.quota_method_missing"
	problemMethodQuotaNegative text.ID = "scenarios.method_quota_negative"
	problemQuotaEmpty          text.ID = "scenarios.quota_empty"
	problemQuotaShadowed       text.ID = "scenarios.quota_shadowed"
	problemTimesNegative       text.ID = "scenarios.times_negative"
	problemProbabilityRange    text.ID = "scenarios.probability_range"
	problemParamName           text.ID = "scenarios.param_name"
	problemThenEmpty           text.ID = "scenarios.then_empty"
	problemCallBelowOne        text.ID = "scenarios.call_below_one"
	problemCallNever           text.ID = "scenarios.call_never"
	problemNthLeftOut          text.ID = "scenarios.nth_left_out"
	problemNthBeyondTimes      text.ID = "scenarios.nth_beyond_times"
	problemTwoAnswers          text.ID = "scenarios.two_answers"
	problemRefuseForm          text.ID = "scenarios.refuse_form"
	problemHttpStatus          text.ID = "scenarios.http_status"
	problemHttpNeverSent       text.ID = "scenarios.http_never_sent"
	problemAdvanceNegative     text.ID = "scenarios.advance_negative"
	problemPatchNeverSent      text.ID = "scenarios.patch_never_sent"
	problemPatchOfReply        text.ID = "scenarios.patch_of_reply"
	problemPathTwice           text.ID = "scenarios.path_twice"
	problemNegativeTime        text.ID = "scenarios.negative_time"
	problemDelayForm           text.ID = "scenarios.delay_form"
	problemDelayMin            text.ID = "scenarios.delay_min"
	problemDelayPercentiles    text.ID = "scenarios.delay_percentiles"
	problemDelayP50            text.ID = "scenarios.delay_p50"
	problemStateNever          text.ID = "scenarios.state_never"
	problemRuleShadowed        text.ID = "scenarios.rule_shadowed"
	problemLateNegative        text.ID = "scenarios.late_negative"
	problemLateUnused          text.ID = "scenarios.late_unused"
	problemNotifyAndCalls      text.ID = "scenarios.notify_and_calls"
	problemNotKnown            text.ID = "scenarios.not_known"
)

// Messages returns the words of the linter's problems.
func Messages() text.Table {
	return text.Table{
		problemTooMany:             {English: "{count} is too many; at most {limit}"},
		problemNameMissing:         {English: "name: is missing; write the file's name without its extension"},
		problemTitleMissing:        {English: "needs one line that says what the scenario does"},
		problemPattern:             {English: "{error}"},
		problemMeant:               {English: "; did you mean {name}?"},
		problemOfVendor:            {English: " of {vendor}"},
		problemCalled:              {English: ", {rule},"},
		problemNoNotification:      {English: "{pattern|q} fits no notification{meant}; known are {known}"},
		problemNoMethod:            {English: "{pattern|q} fits no method{whose}{meant}; known are {known}"},
		problemNoCollection:        {English: "no collection is called so{meant}; known are {known}"},
		problemNameForm:            {English: "{name|q} must be small letters and digits joined by hyphens, such as third-call-throttled"},
		problemTooManyRules:        {English: "{count} are too many; at most {limit}"},
		problemRuleTwice:           {English: "{name|q} stands twice; the journal could not tell the rules apart"},
		problemFrozenNow:           {English: "{now|q} is no time; a frozen clock stands at one such as 2022-12-28 12:00:00"},
		problemFrozenOffset:        {English: "a frozen clock takes no offset; write the moment into now"},
		problemOffsetMissing:       {English: "an offset clock needs an offset such as 10m or -10m"},
		problemNowUnused:           {English: "only a frozen clock takes now; set mode to frozen"},
		problemOffsetUnused:        {English: "only an offset clock takes an offset; set mode to offset"},
		problemNegative:            {English: "{number} is below 0"},
		problemTickForm:            {English: "{tick} must be whole seconds; moments have no smaller parts"},
		problemMissing:             {English: "is missing"},
		problemSpanBackwards:       {English: "{to} is before {from}; no moment lies between"},
		problemDayForm:             {English: "{day|q} is no day; write it as 2022-12-28 or 2022-12-28 12:00:00"},
		problemQuotaNegative:       {English: "a limit is below 0; 0 is no limit"},
		problemQuotaMethodMissing:  {English: "is missing; write a method or a pattern such as sales.*"},
		problemMethodQuotaNegative: {English: "a limit is below 0; 0 is as for all methods"},
		problemQuotaEmpty:          {English: "limits nothing; give per_minute or concurrent"},
		problemQuotaShadowed:       {English: "{method|q} never decides: {earlier|q} stands before it and fits the same methods"},
		problemTimesNegative:       {English: "{times} is below 0; leave it out for a rule without end"},
		problemProbabilityRange:    {English: "{probability} is out of range; want above 0 and at most 1"},
		problemParamName:           {English: "an argument has no name"},
		problemThenEmpty:           {English: "does nothing; give one of refuse, reply, patch, delay, drop, http, advance, notify, become"},
		problemCallBelowOne:        {English: "calls are counted from 1; a number is below that"},
		problemCallNever:           {English: "can never match: first {first} leaves no call that after and every would choose"},
		problemNthLeftOut:          {English: "can never match: call {call} is left out by first, after or every"},
		problemNthBeyondTimes:      {English: "names {count} calls, but times is {times}; the last can never match"},
		problemTwoAnswers:          {English: "refuse and reply are two answers; keep one"},
		problemRefuseForm:          {English: "needs a kind, or a code as JSON text with a message"},
		problemHttpStatus:          {English: "{status} is no status of an answer; want 200 to 599"},
		problemHttpNeverSent:       {English: "never sent: drop is reset"},
		problemAdvanceNegative:     {English: "{advance} is below 0; a clock only moves on"},
		problemPatchNeverSent:      {English: "never sent: drop is {drop}"},
		problemPatchOfReply:        {English: "changes the rule's own reply; write it into the reply"},
		problemPathTwice:           {English: "stands twice"},
		problemNegativeTime:        {English: "is below 0"},
		problemDelayForm:           {English: "needs one form: 1.5s, {{min, max} or {{p50, p99}"},
		problemDelayMin:            {English: "min {min} is over max {max}"},
		problemDelayPercentiles:    {English: "needs both p50 and p99, above 0"},
		problemDelayP50:            {English: "p50 {p50} is over p99 {p99}"},
		problemStateNever:          {English: "can never match: no rule becomes {state|q}; states are {known|all}"},
		problemRuleShadowed:        {English: "can never match: the rule before it{before} fires on the same calls"},
		problemLateNegative:        {English: "late is {late}; it must be above 0"},
		problemLateUnused:          {English: "only late takes a time"},
		problemNotifyAndCalls:      {English: "notify is done to notifications, and the other effects to calls; write two rules. Only become may stand beside it"},
		problemNotKnown:            {English: "{got|q} is not known{meant}; known are {known}"},
	}
}

// mustWords returns the renderer of the linter's problems.
func mustWords(l text.Language) *text.Renderer {
	r, err := text.NewRenderer(l, Messages())
	if err != nil {
		panic(err) // of constants, which a test walks
	}
	return r
}
