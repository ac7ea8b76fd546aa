package control

import (
	"encoding/json"
	"net/http"
	"reflect"

	"shaxiang/internal/journal"
)

const (
	get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

	done, made, void = http.StatusOK, http.StatusCreated, http.StatusNoContent
)

// routes is everything that the API does.
func routes() []route {
	const all = Prefix + "/tenants"
	const one = all + "/{tenant}"
	const rows, calls = one + "/rows/{collection}", one + "/journal"
	return []route{
		{id: "version", method: get, path: Prefix + "/version", summary: "Name and version of the program", status: done, handling: answers((*API).version)},
		{id: "openAPI", method: get, path: Prefix + "/openapi.json", summary: "This document", status: done, handling: answers((*API).openAPI)},

		{id: "tenants", method: get, path: all, summary: "All tenants, without their secrets", status: done, handling: answers((*API).listTenants)},
		{id: "createTenant", method: post, path: all, summary: "Create a tenant: an isolated world with a credential for each vendor", status: made, handling: changes((*API).createTenant, (*API).addLocation, (*API).addURLs)},
		{id: "tenant", method: get, path: one, summary: "A tenant with its credentials", status: done, handling: answers((*API).showTenant, (*API).addURLs)},
		{id: "deleteTenant", method: del, path: one, summary: "Delete a tenant with its world", status: void, handling: does((*API).deleteTenant)},
		{id: "resetTenant", method: post, path: one + "/reset", summary: "Reset a tenant to its first state; it keeps its scenario", status: done, handling: does((*API).resetTenant, (*API).addURLs)},

		{id: "snapshot", method: get, path: one + "/snapshot", summary: "A tenant's whole state as one document", status: done, handling: handling{out: reflect.TypeFor[Snapshot](), stream: (*API).showSnapshot}},
		{id: "restore", method: put, path: one + "/snapshot", summary: "Replace the state of a tenant by a snapshot", status: done, handling: changes((*API).restore, (*API).addURLs)},

		{id: "clock", method: get, path: one + "/clock", summary: "The clock of a tenant", status: done, handling: answers((*API).showClock)},
		{id: "setClock", method: put, path: one + "/clock", summary: "Set a tenant's clock", status: done, handling: changes((*API).setClock, (*API).notifyDue)},
		{id: "advanceClock", method: post, path: one + "/clock/advance", summary: "Advance the business clock; timestamps are checked as before", status: done, handling: changes((*API).advanceClock, (*API).notifyDue)},

		{id: "scenario", method: get, path: one + "/scenario", summary: "The scenario that a tenant plays", status: done, handling: answers((*API).showScenario)},
		{id: "setScenario", method: put, path: one + "/scenario", summary: "Play another scenario: {name} of the library, or a complete scenario. World, clock and rules start from the beginning", status: done, handling: changes((*API).setScenario)},
		{id: "rules", method: get, path: one + "/rules", summary: "All rules in the order in which they are consulted, with their counts", status: done, handling: answers((*API).listRules)},
		{id: "addRule", method: post, path: one + "/rules", summary: "Add a one-off rule before the scenario's", status: made, handling: changes((*API).addRule)},
		{id: "clearRules", method: del, path: one + "/rules", summary: "Remove all one-off rules", status: void, handling: does((*API).clearRules)},
		{id: "removeRule", method: del, path: one + "/rules/{id}", summary: "Remove a one-off rule", status: void, handling: does((*API).removeRule)},

		{id: "rows", method: get, path: rows, summary: "Rows of a collection, filtered by columns and time", status: done, query: rowParams, columns: true, handling: answers((*API).readRows)},
		{id: "addRows", method: post, path: rows, summary: "Add one row or a list of them: all or none", status: made, handling: changes((*API).addRows)},
		{id: "patchRow", method: patch, path: rows + "/{key}", summary: "Change columns of a row; it no longer follows the clock", status: done, handling: changes((*API).patchRow)},
		{id: "deleteRow", method: del, path: rows + "/{key}", summary: "Delete a row", status: void, handling: does((*API).deleteRow)},
		{id: "answers", method: get, path: one + "/answers", summary: "The answer key: every discrepancy that the scenario planted", status: done, handling: answers((*API).showAnswers)},

		{id: "notifications", method: get, path: one + "/notifications", summary: "The notifications to the tenant's clients, pending and done", status: done, handling: answers((*API).listNotifications)},
		{id: "sendNotification", method: post, path: one + "/notifications/{id}/send", summary: "Send a notification at once, whatever its state; rules are not consulted", status: done, handling: answers((*API).sendNotification)},

		{id: "journal", method: get, path: calls, summary: "Calls, oldest first", status: done, query: callParams, unassigned: true, handling: answers((*API).listCalls)},
		{id: "clearJournal", method: del, path: calls, summary: "Remove all calls from the journal", status: void, unassigned: true, handling: does((*API).clearCalls)},
		{id: "journalEntry", method: get, path: calls + "/{id}", summary: "One call", status: done, unassigned: true, handling: answers((*API).showCall)},
		{id: "streamJournal", method: get, path: calls + "/stream", summary: "Calls as they come, as server-sent events: call, dropped, gone. Last-Event-ID resumes", status: done, query: matchParams, unassigned: true,
			handling: handling{out: reflect.TypeFor[journal.Entry](), stream: (*API).streamCalls, events: true}},
		{id: "verify", method: post, path: one + "/verify", summary: "Check the recorded calls against an expectation; 417 with the nearest misses if it is not met, 409 if dropped calls leave it open", status: done, unassigned: true, handling: takes((*API).verify)},
		{id: "coverage", method: get, path: one + "/coverage", summary: "What the calls have covered, and what their time windows left out", status: done, handling: answers((*API).coverage)},

		{id: "endpoints", method: get, path: Prefix + "/endpoints", summary: "All endpoints of the catalogue", status: done, handling: answers((*API).listEndpoints)},
		{id: "endpoint", method: get, path: Prefix + "/endpoints/{vendor}/{method}", summary: "The declaration of an endpoint", status: done, handling: answers((*API).showEndpoint)},
		{id: "scenarios", method: get, path: Prefix + "/scenarios", summary: "The scenarios of the library", status: done, handling: answers((*API).listScenarios)},
		{id: "sign", method: post, path: Prefix + "/sign", summary: "Canonical text and signature of a request; the mistake in a signature that was sent", status: done, handling: takes((*API).sign)},
	}
}

func (a *API) version(*call) (VersionInfo, error) {
	return VersionInfo{Name: "shaxiang", Version: a.Version}, nil
}

func (a *API) openAPI(*call) (json.RawMessage, error) { return a.document, nil }
