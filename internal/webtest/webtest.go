// Package webtest runs HTTP scripts against a server: against the handler in a
// test, and again against the built binary. It is for tests only. It knows how
// the vendors' clients write and sign requests; the scripts say what a right
// answer is.
//
// A script is a text file of cases, divided by blank lines. A case is
//
//	# two rows, with the total
//	call openapi sales.Payment.queryWithDetail page_size=2 page_no=0 calc_total=1
//	body
//		[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59"}]
//	expect
//		http 200
//		header Content-Type == application/json;charset=UTF-8
//		json status == 0
//		json data.payment_list.# == 2
//		json data.payment_list.0.verify_amount ~ ^\d+\.\d{4}$
//		json message absent
//		rows data.payment_list sorted modified
//		save tid = data.payment_list.0.sales_order_no
//
//	# an enterprise call is a form; quoted values are Go strings
//	call openapi2 fa_alipay_account_check_query.php start_time="2020-12-11 12:00:00"
//	set end_time = 2020-12-12 12:00:01
//	set timestamp -301s
//	expect
//		json code != 0
//
//	# the merchant's signature does not do for the vendor
//	call fubei openapi.payment.order.reconciliation
//	biz {"month":2,"year":2017}
//	as vendor
//	secret = 0123456789abcdef0123456789abcdef
//	expect
//		json result_code == 400
//		keys @this == result_code result_message
//
//	GET /readyz
//	expect
//		http 200
//
// # Layout
//
// Comments begin with #; the first one before a request is the title of the
// case, and a paragraph of comments alone is prose. Indented lines belong to the
// line above them, without their common indentation, and may be blank; so a long
// text may stand or continue beneath its directive. ${name} stands for a
// variable: one of Config.Vars, or one that was saved earlier in the same file.
// A VALUE may be a Go string, in "quotes" or `backquotes`; a TEXT is never
// unquoted.
//
// # Requests
//
//	call VENDOR METHOD PARAMS   a signed call: fields after the method as name=value
//	GET /path?query             a plain request, of any method in capitals
//
// A call has all public parameters, a timestamp of Config.Now, and the body
// [] (openapi) or biz_content {} (fubei, whose nonce is the vendor's example).
//
// # Directives
//
// They work in the order of the script, but tamper and sign change the request
// after signing, wherever they stand.
//
//	body TEXT                   the body (openapi, plain); body, raw and repeat add up
//	biz TEXT                    biz_content (fubei)
//	raw "QUOTED"                a Go string, for bytes that a text file cannot hold
//	repeat N TEXT               N times the text
//	as vendor                   fubei: sign as vendor_sn, not as app_id
//	secret = VALUE              sign with another secret
//	set NAME = VALUE            set a parameter; openapi's body is the parameter body
//	set timestamp SPAN          +121s or -5m from now
//	unset NAME                  leave a parameter out
//	tamper NAME = VALUE         change a parameter after signing
//	tamper add NAME = VALUE     add one, perhaps a second of its name
//	tamper unset NAME           take one away
//	sign = VALUE                send another signature
//	header NAME: VALUE
//	content-type VALUE
//	http-method WORD            instead of POST
//	path WORD                   instead of the vendor's usual one
//	expect CHECKS               one to a line, indented
//
// # Checks
//
// A PATH is a gjson path without blanks (@this is the whole body, # the length
// of an array). JSON on the right side is JSON text: a string needs its quotes.
// Values are equal if their tokens are equal: blanks and the escaping of strings
// do not count, the digits of a number (199.0000 is not 199) and the order of
// keys do. Numbers are ordered by value, strings by bytes. A regular expression
// is matched with a string without its quotes, or with the JSON text of any other
// value. Every check but absent fails if the value is missing, and each and rows
// fail if there are no rows.
//
//	http STATUS
//	error ~ REGEXP              the answer broke off or never came; without this
//	                            check that fails the case
//	header NAME ==|!= VALUE
//	header NAME ~ REGEXP
//	header NAME absent|present
//	body ==|!= TEXT
//	body ~ REGEXP
//	json PATH ==|!=|<|<=|>|>= JSON
//	json PATH ~ REGEXP
//	json PATH type TYPES        object array string number bool null, or string|null
//	json PATH absent|present
//	each PATH KEY ==|!=|<|<=|>|>= JSON
//	each PATH KEY ~ REGEXP
//	each PATH KEY type TYPES
//	each PATH KEY absent|present
//	rows PATH sorted KEY        ascending; equal neighbours are in order
//	keys PATH == KEYS           an object's keys, all of them, in this order
//	shape PATH == EXAMPLE       inline JSON, or a file beside the script
//	save NAME = PATH            for ${NAME}; a string without its quotes
//
// shape checks that the answer has every key path of the example with its JSON
// type and in its order, and no other. All rows of an array together have one
// shape. A null or an empty array in the example allows any value.
package webtest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/vendorapi"
	"shaxiang/vendors"
)

// Config says which server the scripts are run against, and as whom.
type Config struct {
	// BaseURL is the server's, such as http://127.0.0.1:2012.
	BaseURL string
	// Client sends the requests. Nil means one that gives up after 30 seconds
	// and does not follow redirects.
	Client *http.Client
	// Credentials by vendor; the first one signs, or with "as vendor" the second. Nil means
	// DefaultCredentials.
	Credentials map[string][]*vendorapi.Credential
	// Now is the clock that timestamps are taken from; it has to be given.
	Now func() time.Time
	// Vars are the variables that every script starts with.
	Vars map[string]string
}

// DefaultCredentials returns the credentials of the tenant "default", which every server has
// from the start.
func DefaultCredentials() map[string][]*vendorapi.Credential {
	all := map[string][]*vendorapi.Credential{}
	shipped := vendors.Shipped()
	for _, v := range shipped.List {
		declared := shipped.Declared(v.Name)
		if len(declared.Default) == 0 {
			continue
		}
		list, err := v.Read(declared, declared.Default[0].Values)
		if err != nil {
			panic(err) // a shipped credential
		}
		all[v.Name] = list
	}
	return all
}

// Run runs every script that glob matches. Each file is a subtest and each case
// in it a nested one, in the order of the file. Files are not run in parallel:
// scripts steer the tenant they share.
func Run(t *testing.T, c Config, glob string) {
	t.Helper()
	config, err := c.complete()
	if err != nil {
		t.Fatal(err)
	}
	files, err := scripts(glob)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		t.Run(name, func(t *testing.T) { runFile(t, config, file) })
	}
}

// complete fills in the defaults.
func (c Config) complete() (Config, error) {
	if c.Now == nil {
		return c, errors.New("webtest: Config.Now is missing; time.Now will do for a real clock")
	}
	if c.Credentials == nil {
		c.Credentials = DefaultCredentials()
	}
	if c.Client == nil {
		c.Client = &http.Client{
			Timeout: 30 * time.Second,
			// A redirect is not followed: a script may expect it.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return c, nil
}

// scripts returns the files that glob matches. No file is an error, because a
// test without scripts would always pass.
func scripts(glob string) ([]string, error) {
	files, err := filepath.Glob(glob)
	if err == nil && len(files) == 0 {
		err = errors.New("no such file")
	}
	if err != nil {
		return nil, fmt.Errorf("webtest: %s: %w", glob, err)
	}
	return files, nil
}

func runFile(t *testing.T, config Config, file string) {
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parse(file, string(source))
	if err != nil {
		t.Fatalf("the script does not parse:\n%v", err)
	}
	p := &player{config: config, script: s, vars: vars{}}
	maps.Copy(p.vars, config.Vars) // variables that a script saves are its own
	for _, c := range s.cases {
		t.Run(c.title, func(t *testing.T) {
			problems, transcript := p.play(c)
			for _, problem := range problems {
				t.Errorf("%s:%v", file, problem)
			}
			if len(problems) > 0 {
				t.Log(transcript)
			}
		})
	}
}
