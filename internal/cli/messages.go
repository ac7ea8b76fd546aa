package cli

import (
	"sync"

	"shaxiang/internal/text"
)

// Messages returns the words of this package's messages.
func Messages() text.Table {
	return text.Table{
		"cli.addr":              {English: "--addr {addr}: {problem}"},
		"cli.addr_file":         {English: "--addr-file: {problem}"},
		"cli.app":               {English: "--app: {vendor} has no parameter {parameter|q}; write {known}=ID"},
		"cli.argument":          {English: "{word|q} is no argument; write name=value"},
		"cli.body":              {English: "--body: {problem}"},
		"cli.body_json":         {English: "--body: {file} is no JSON"},
		"cli.body_or_arguments": {English: "give either --body or name=value arguments, not both"},
		"cli.broke_off":         {English: "the answer broke off after {bytes} bytes: {problem}"},
		"cli.catalog":           {English: "--catalog: {problem}"},
		"cli.catalog_folder":    {English: "--catalog: {folder} is no folder; it holds one folder for each vendor"},
		"cli.config":            {English: "the configuration cannot be read: {problem}"},
		"cli.control_addr":      {English: "--control-addr: {problem}"},
		"cli.control_addr_form": {English: "--control-addr {addr}: {problem}"},
		"cli.coverage_report":   {English: "--coverage-report: {problem}"},
		"cli.file_addr":         {English: "addr: {addr|q}: {problem}"},
		"cli.file_limit":        {English: "{key}: must be more than 0, not {value}"},
		"cli.foreign_answer":    {English: "this is no answer of {vendor}: it has no {name}{reason}"},
		"cli.host_port":         {English: "write host:port, such as {example}"},
		"cli.http_status":       {English: "HTTP {status}"},
		"cli.log_mode":          {English: "log: {mode|q} is not known; want {known|all}"},
		"cli.log_says":          {English: "; the sandbox's log says why, at id {id}"},
		"cli.no_answer":         {English: "{url} did not answer: {problem}"},
		"cli.no_credential":     {English: "tenant {tenant} has no credential for {vendor}; give one with --app, --key and --secret"},
		"cli.no_endpoint":       {English: "no endpoint matches {pattern|q}; {program} endpoints lists them all"},
		"cli.no_expectation":    {English: "expect: names no call; a check that cannot fail is none"},
		"cli.no_file":           {English: "expected \"<file> ...\"\nRun shaxiang lint --help to see how it is written."},
		"cli.no_mistake":        {English: "no known mistake gives this signature; is it of the same arguments and timestamp (--timestamp)?"},
		"cli.no_scenario":       {English: "no scenario of the library is called {name|q}; {program} scenarios lists them"},
		"cli.not_ready":         {English: "not ready: {problem}"},
		"cli.not_ready_status":  {English: "not ready: {url} says HTTP {status}"},
		"cli.nothing_listens":   {English: "nothing listens at {url}; start the sandbox with: {program}\nor say with --url where it is"},
		"cli.of":                {English: "--of: no endpoint matches {patterns|all}; shaxiang endpoints lists them all"},
		"cli.orders_per_day":    {English: "--orders-per-day: must be from 1 to {limit}, not {number}"},
		"cli.port":              {English: "{port|q} is no port; want a number from 0 (any free port) to 65535"},
		"cli.port_taken":        {English: "{addr} is in use by another program (or another sandbox).\nChoose a port with --addr 127.0.0.1:2013, or --addr 127.0.0.1:0 for any free one"},
		"cli.problems":          {English: "{problems|problem} in {files|file}"},
		"cli.redirect":          {English: "HTTP {status}, which leads to {url}; give that as --url"},
		"cli.refused":           {English: "refused: {name} is {got}, not {want}{reason}"},
		"cli.report_folder":     {English: "--coverage-report: there is no folder {folder} to write it to"},
		"cli.root_port":         {English: "--addr {addr}: only root may listen there; ports from 1024 on are free for all"},
		"cli.scenario":          {English: "--scenario: {problem}"},
		"cli.secret":            {English: "--secret: {vendor} wants the whole {field}, {form}"},
		"cli.short_limit":       {English: "--{flag}: must be longer than 0, such as 10s, not {value}"},
		"cli.small_limit":       {English: "--{flag}: must be more than 0, not {value}"},
		"cli.tenant":            {English: "--tenant: there is no tenant {tenant|q}; there are {known|all}, and {file} can declare more"},
		"cli.tenant_name":       {English: "name: a tenant needs a name"},
		"cli.timeout":           {English: "{url} did not answer in time"},
		"cli.under":             {English: "{percent} % is under {limit} %"},
		"cli.unmet":             {English: "{unmet} of {count} expectations were not met"},
		"cli.url":               {English: "--url: {problem}"},
		"cli.url_form":          {English: "--url: {url|q} is no URL; write one such as http://{example}"},
		"cli.vendor":            {English: "--vendor {vendor}: want {known|all}"},
	}
}

var english = sync.OnceValue(func() *text.Renderer { return text.MustRenderer(text.English, Messages()) })
