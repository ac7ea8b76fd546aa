package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/wire"
	"shaxiang/scenarios"
)

// inlineFile is the file name of a scenario or a rule that came in a body.
const inlineFile = "inline.yaml"

// scenarioBody is a scenario as YAML or JSON, or only the name of a shipped one.
type scenarioBody struct{ text []byte }

func (b *scenarioBody) setText(data []byte) { b.text = data }

func (scenarioBody) schema() map[string]any { return component("ScenarioFile") }

// ruleBody is a rule as YAML or JSON.
type ruleBody struct{ text []byte }

func (b *ruleBody) setText(data []byte) { b.text = data }

func (ruleBody) schema() map[string]any { return component("RuleFile") }

func (a *API) showScenario(c *call) (ScenarioInfo, error) { return scenarioInfo(&c.change), nil }

func scenarioInfo(c *change) ScenarioInfo {
	s := c.state.Scenario
	return ScenarioInfo{Name: s.Name, Title: s.Title, State: c.state.Rules.State(), Scenario: fileJSON(s)}
}

func (a *API) setScenario(c *change, in scenarioBody) (ScenarioInfo, error) {
	s, err := a.scenario(in.text)
	if err != nil {
		return ScenarioInfo{}, err
	}
	if err := c.plantable(s); err != nil {
		return ScenarioInfo{}, err
	}
	if err := c.tenant.Play(s, c.wall); err != nil {
		return ScenarioInfo{}, err
	}
	c.state = c.tenant.State()
	return scenarioInfo(c), nil
}

// scenario reads a scenario from a body. It never reads a file of this machine.
func (a *API) scenario(text []byte) (*scenarios.Scenario, error) {
	if name, only := onlyName(text); only {
		if !slices.Contains(scenarios.Names(), name) {
			return nil, unknownScenario(name)
		}
		return scenarios.Load(name, nil)
	}
	if err := sound("control.the_scenario", text); err != nil {
		return nil, err
	}
	if problems := scenarios.Lint(inlineFile, text, a.known); problems != nil {
		return nil, badFile("control.the_scenario", problems)
	}
	s, problems := scenarios.Parse(inlineFile, text)
	if problems != nil {
		return nil, badFile("control.the_scenario", problems)
	}
	return scenarios.Extend(s, inlineFile, nil)
}

// plantable refuses discrepancies that need a search of too many orders, because the search
// delays other clients. Scenario files of this machine have no such limit.
func (c *change) plantable(s *scenarios.Scenario) error {
	if len(s.World.Discrepancies) == 0 {
		return nil
	}
	orders, total := max(ordersOfDay(context.Background(), c.state.World), s.World.OrdersPerDay), 0
	now := c.businessNow().In(wire.Beijing).Format(wire.TimeLayout)
	if s.Clock != nil && s.Clock.Now > now {
		now = s.Clock.Now
	}
	for _, d := range s.World.Discrepancies {
		days := 8 // without from and to, one week is searched
		if d.From != "" || d.To != "" {
			from, err := moment("from", cmp.Or(d.From, opening.Format(wire.TimeLayout)), 0)
			if err != nil {
				return err
			}
			to, err := moment("to", cmp.Or(d.To, now), oneDay)
			if err != nil {
				return err
			}
			days = daysOf(from, to)
		}
		total += orders * days
		if total > mostOrders {
			return refuse(http.StatusUnprocessableEntity, "control.discrepancies", "days", days, "orders", orders)
		}
	}
	return nil
}

func unknownScenario(name string) *Error {
	return refuse(http.StatusNotFound, "control.no_scenario", "name", name, "known", scenarios.Names())
}

// onlyName reports whether a document is nothing but the name of a scenario.
func onlyName(text []byte) (string, bool) {
	const maxNameBytes = 200 // of a document that is only a name
	if len(text) > maxNameBytes {
		return "", false
	}
	var only map[string]string
	if yaml.Unmarshal(text, &only) != nil || len(only) != 1 || only["name"] == "" {
		return "", false
	}
	return only["name"], true
}

func (a *API) listRules(c *call) (Rules, error) {
	list := Rules{State: c.state.Rules.State(), Rules: []Rule{}}
	for _, r := range c.state.Rules.Rules() {
		list.Rules = append(list.Rules, ruleOf(r))
	}
	return list, nil
}

func ruleOf(r scenarios.RuleState) Rule {
	return Rule{ID: r.ID, Rule: fileJSON(r.Rule), Matched: r.Matched, Fired: r.Fired, OneOff: r.OneOff}
}

func (a *API) addRule(c *change, in ruleBody) (Rule, error) {
	if err := sound("control.the_rule", in.text); err != nil {
		return Rule{}, err
	}
	if problems := scenarios.LintRule(inlineFile, in.text, a.known); problems != nil {
		return Rule{}, badFile("control.the_rule", problems)
	}
	r, problems := scenarios.ParseRule(inlineFile, in.text)
	if problems != nil {
		return Rule{}, badFile("control.the_rule", problems)
	}
	id, err := c.state.Rules.Add(r)
	if err != nil {
		return Rule{}, because(http.StatusConflict, err)
	}
	return ruleOf(scenarios.RuleState{ID: id, Rule: r, OneOff: true}), nil
}

func (a *API) clearRules(c *change) (nothing, error) {
	c.state.Rules.Clear()
	return nothing{}, nil
}

func (a *API) removeRule(c *change) (nothing, error) {
	id := c.path["id"]
	if c.state.Rules.Remove(id) {
		return nothing{}, nil
	}
	var ids []string
	for _, r := range c.state.Rules.Rules() {
		if r.OneOff {
			ids = append(ids, r.ID)
		} else if r.ID == id {
			return nothing{}, refuse(http.StatusConflict, "control.rule_of_scenario", "rule", id)
		}
	}
	return nothing{}, refuse(http.StatusNotFound, "control.no_rule", "rule", id, "known", ids)
}

func (a *API) listScenarios(*call) (ScenarioLibrary, error) {
	var list ScenarioLibrary
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name, nil)
		if err != nil {
			return list, err
		}
		list.Scenarios = append(list.Scenarios, ScenarioName{Name: name, Title: s.Title})
	}
	return list, nil
}

// fileJSON writes what a file declares as JSON, in the order and with the digits of the file.
func fileJSON(v json.Marshaler) json.RawMessage {
	text, err := v.MarshalJSON()
	if err != nil {
		return json.RawMessage("null") // of a value that was read from a file it cannot fail
	}
	return text
}
