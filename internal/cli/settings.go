package cli

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"shaxiang/internal/server"
)

// setting is a thing that a user can set in three ways: by a flag, by the variable of
// the flag, and by a key of shaxiang.yaml.
type setting struct {
	flag        string // the variable and the key follow from it
	help        string
	standard    string // the default as a flag has it; none when empty
	placeholder string
	enum        string
	keyless     bool // no key of the file
}

// settings is the one table of what serve and all commands take. The fields of grammar,
// serveCmd and fileConfig hold the values; everything else about a setting is said here.
func settings() []setting {
	return []setting{
		{flag: "config", help: "Configuration file (default: shaxiang.yaml, if it is there).", placeholder: "FILE", keyless: true},
		{flag: "catalog", help: "Folder of catalogue files that add to the shipped ones or take their place: VENDOR/*.yaml.", placeholder: "DIR"},
		{flag: "addr", help: "Address to listen on; port 0 picks a free one.", standard: defaultAddr},
		{flag: "addr-file", help: "Write the address that was picked to this file.", placeholder: "FILE"},
		{flag: "seed", help: "Seed of the default tenant's world (default: 2012)."},
		{flag: "orders-per-day", help: "Orders of a day in the default tenant's world, on average (default: 120)."},
		{flag: "scenario", help: "Scenario of the default tenant: a name of the library, or a file, which is read again when it changes.", placeholder: "NAME|FILE"},
		{flag: "master", help: "File of master data for the default tenant's world: shops, warehouses, providers, goods.", placeholder: "FILE"},
		{flag: "control-addr", help: "Serve the control API on this address instead, and nowhere else.", placeholder: "ADDR"},
		{flag: "control-token", help: "Bearer token that the control API asks for.", placeholder: "TOKEN"},
		{flag: "allow-host", help: "Host names by which the control API may be reached beside loopback; * for all.", placeholder: "NAME", keyless: true},
		{flag: "allow-origin", help: "Origins of web pages that may send requests, beside the sandbox's own, such as http://localhost:3000.", placeholder: "ORIGIN", keyless: true},
		{flag: "notify-anywhere", help: "Send notifications to public addresses too, not to loopback and private ones alone."},
		{flag: "log", help: "One line a call: auto, text, json or off.", standard: "auto", enum: strings.Join(logModes(), ",")},
		{flag: "coverage-report", help: "When the sandbox stops, write what the calls have covered to this file, as JSON.", placeholder: "FILE"},
		{flag: "header-timeout", help: "How long a request's header may take to arrive.", standard: "10s"},
		{flag: "read-timeout", help: "How long a whole request may take to arrive.", standard: "60s"},
		{flag: "write-timeout", help: "How long a client may leave an answer unread.", standard: "60s"},
		{flag: "idle-timeout", help: "How long a connection may wait for its next request.", standard: "120s"},
		{flag: "max-header-bytes", help: "Largest header of a request.", standard: "32768"},
		{flag: "max-body-bytes", help: "Largest body of a vendor's request.", standard: "4194304"},
		{flag: "max-body-values", help: "JSON values that one body may have; more are refused as what cannot be read.", standard: "100000"},
		{flag: "max-connections", help: "Connections that are open at a time; one more is answered with 503.", standard: "16384"},
		{flag: "max-kept-bytes", help: "Memory for what a tenant's clients wrote; beyond it writes are refused.", standard: "268435456"},
		{flag: "journal-calls", help: "Calls that a tenant's journal keeps.", standard: "2000"},
		{flag: "journal-bytes", help: "Memory for the calls that a tenant's journal keeps.", standard: "33554432"},
	}
}

// key is the key of a flag in shaxiang.yaml.
func key(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// declare gives the flags of all commands and of serve what the table says about them.
func declare(k *kong.Kong) error {
	flags := map[string]*kong.Flag{}
	for _, f := range k.Model.Flags {
		flags[f.Name] = f
	}
	for _, node := range k.Model.Children {
		if node.Name != "serve" {
			continue
		}
		for _, f := range node.Flags {
			flags[f.Name] = f
		}
	}
	for _, s := range settings() {
		f := flags[s.flag]
		if f == nil {
			return fmt.Errorf("no command has a field for the setting %s", s.flag)
		}
		f.Help, f.Default, f.HasDefault, f.PlaceHolder, f.Enum = s.help, s.standard, s.standard != "", s.placeholder, s.enum
	}
	return nil
}

// flag returns the file's value for a flag, written as the flag's. A key with the zero
// value is as a key that is not there.
func (f *fileConfig) flag(name string) (value string, ok bool) {
	v := field(reflect.ValueOf(f).Elem(), key(name))
	if !v.IsValid() || v.IsZero() || v.Kind() == reflect.Slice {
		return "", false
	}
	return fmt.Sprint(reflect.Indirect(v)), true
}

// field returns the field of a struct with a key of YAML, the zero value for none.
func field(of reflect.Value, key string) reflect.Value {
	for i := range of.NumField() {
		tag := of.Type().Field(i).Tag.Get("yaml")
		if tag == ",inline" {
			if v := field(of.Field(i), key); v.IsValid() {
				return v
			}
		}
		if tag == key {
			return of.Field(i)
		}
	}
	return reflect.Value{}
}

// limitValue is the value of one limit.
type limitValue struct {
	flag   string
	value  any
	number int64 // nanoseconds for a time
}

// limitValues returns the limits in the order in which they are checked.
func limitValues(l server.Limits) (list []limitValue) {
	v := reflect.ValueOf(l)
	for i := range v.NumField() {
		flag := strings.ReplaceAll(v.Type().Field(i).Tag.Get("yaml"), "_", "-")
		list = append(list, limitValue{flag, v.Field(i).Interface(), v.Field(i).Int()})
	}
	return list
}

// checkLimits refuses limits of zero or less. net/http reads a zero as "no limit", which is
// not what a user who writes 0 means.
func checkLimits(l server.Limits) error {
	for _, v := range limitValues(l) {
		if v.number > 0 {
			continue
		}
		if d, span := v.value.(time.Duration); span {
			return fail(exitUsage, "cli.short_limit", "flag", v.flag, "value", d)
		}
		return fail(exitUsage, "cli.small_limit", "flag", v.flag, "value", v.value)
	}
	return nil
}
