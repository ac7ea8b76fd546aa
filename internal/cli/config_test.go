package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// parsed reads a command line with its variables and its file, and returns what
// the flags came to.
func parsed(t *testing.T, args []string, vars map[string]string, file string) *grammar {
	t.Helper()
	config, problems := parseConfig("shaxiang.yaml", []byte(file))
	if problems != nil {
		t.Fatal(problems)
	}
	g := new(grammar)
	p := mustParser(g, Streams{Out: io.Discard, Err: io.Discard},
		&values{vars: vars, file: config, from: map[string]string{}}, func(int) {})
	if _, err := p.Parse(args); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return g
}

// value is what a pointer points to, nil for none.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// TestPrecedence climbs the four levels of each setting: every level is given
// together with all that lie below it.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flag, key string
		got       func(*serveCmd) any
		levels    [4]string // default, file, variable, flag
	}{
		{"addr", "addr", func(s *serveCmd) any { return s.Addr }, [4]string{"127.0.0.1:2012", "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"}},
		{"addr-file", "addr_file", func(s *serveCmd) any { return s.AddrFile }, [4]string{"", "one", "two", "three"}},
		{"seed", "seed", func(s *serveCmd) any { return value(s.Seed) }, [4]string{"<nil>", "0", "2", "3"}},
		{"orders-per-day", "orders_per_day", func(s *serveCmd) any { return value(s.OrdersPerDay) }, [4]string{"<nil>", "1", "2", "3"}},
		{"scenario", "scenario", func(s *serveCmd) any { return s.Scenario }, [4]string{"", "slow", "huge", "empty"}},
		{"log", "log", func(s *serveCmd) any { return s.Log }, [4]string{"auto", "off", "json", "text"}},
		{"header-timeout", "header_timeout", func(s *serveCmd) any { return s.HeaderTimeout }, [4]string{"10s", "1s", "2s", "3s"}},
		{"read-timeout", "read_timeout", func(s *serveCmd) any { return s.ReadTimeout }, [4]string{"1m0s", "1s", "2s", "3s"}},
		{"write-timeout", "write_timeout", func(s *serveCmd) any { return s.WriteTimeout }, [4]string{"1m0s", "1s", "2s", "3s"}},
		{"idle-timeout", "idle_timeout", func(s *serveCmd) any { return s.IdleTimeout }, [4]string{"2m0s", "1s", "2s", "3s"}},
		{"max-header-bytes", "max_header_bytes", func(s *serveCmd) any { return s.MaxHeaderBytes }, [4]string{"32768", "1", "2", "3"}},
		{"max-body-bytes", "max_body_bytes", func(s *serveCmd) any { return s.MaxBodyBytes }, [4]string{"4194304", "1", "2", "3"}},
		{"max-body-values", "max_body_values", func(s *serveCmd) any { return s.MaxBodyValues }, [4]string{"100000", "1", "2", "3"}},
		{"max-connections", "max_connections", func(s *serveCmd) any { return s.MaxConnections }, [4]string{"16384", "1", "2", "3"}},
		{"max-kept-bytes", "max_kept_bytes", func(s *serveCmd) any { return s.MaxKeptBytes }, [4]string{"268435456", "1", "2", "3"}},
		{"journal-calls", "journal_calls", func(s *serveCmd) any { return s.JournalCalls }, [4]string{"2000", "1", "2", "3"}},
		{"journal-bytes", "journal_bytes", func(s *serveCmd) any { return s.JournalBytes }, [4]string{"33554432", "1", "2", "3"}},
		{"coverage-report", "coverage_report", func(s *serveCmd) any { return s.CoverageReport }, [4]string{"", "one", "two", "three"}},
	} {
		t.Run(c.flag, func(t *testing.T) {
			t.Parallel()
			var args []string
			vars := map[string]string{}
			file := ""
			for level, want := range c.levels {
				switch level {
				case 1:
					file = c.key + ": " + fmt.Sprint(want)
				case 2:
					vars[variable(c.flag)] = want
				case 3:
					args = []string{"--" + c.flag, want}
				}
				got := c.got(&parsed(t, args, vars, file).Serve)
				if fmt.Sprint(got) != want {
					t.Errorf("level %d: %v, want %s", level, got, want)
				}
			}
			empty := parsed(t, nil, map[string]string{variable(c.flag): ""}, file)
			if got := fmt.Sprint(c.got(&empty.Serve)); got != c.levels[1] {
				t.Errorf("an empty variable gives %s, want the file's %s", got, c.levels[1])
			}
		})
	}
}

// TestEveryFlagIsAVariable gives each flag of each command once as a flag and
// once as its variable.
func TestEveryFlagIsAVariable(t *testing.T) {
	t.Parallel()
	arguments := map[string][]string{"call": {"a.b"}, "sign": {"a.b"}, "lint": {"a"}, "verify": {"a"}, "completion": {"zsh"}}
	model := mustParser(new(grammar), Streams{}, &values{file: &fileConfig{}}, func(int) {}).Model
	n := 0
	for _, command := range model.Children {
		for _, group := range command.AllFlags(false) {
			for _, flag := range group {
				if flag.Name == "help" || flag.Name == "version" || command.Hidden {
					continue
				}
				n++
				t.Run(command.Name+" --"+flag.Name, func(t *testing.T) {
					t.Parallel()
					text := sample(flag)
					args := append([]string{command.Name}, arguments[command.Name]...)
					plain := parsed(t, args, nil, "")
					want := parsed(t, append(args, "--"+flag.Name+"="+text), nil, "")
					got := parsed(t, args, map[string]string{variable(flag.Name): text}, "")
					inside := cmp.Exporter(func(reflect.Type) bool { return true })
					if diff := cmp.Diff(want, got, inside); diff != "" {
						t.Errorf("%s=%s is not as the flag:\n%s", variable(flag.Name), text, diff)
					}
					if cmp.Equal(plain, got, inside) {
						t.Errorf("%s=%s changes nothing", variable(flag.Name), text)
					}
				})
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d flags were seen", n)
	}
}

// sample is a value for a flag that is not its default.
func sample(f *kong.Flag) string {
	switch {
	case f.Enum != "":
		return f.EnumSlice()[1]
	case f.IsBool():
		return "true"
	case f.Target.Type() == reflect.TypeFor[time.Duration]():
		return "77s"
	}
	return "77"
}

// TestNewUser holds the first mistakes of a new user against what is said to
// them: the exit code, and the words that help.
func TestNewUser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, args string
		env        string
		code       int
		says       string
	}{
		{"unknown command", "sevre", "", exitUsage, "unexpected argument sevre\nThe commands are serve, call, sign, endpoints, scenarios, lint, verify, coverage, readyz, version, completion; shaxiang --help tells more.\n"},
		{"unknown flag", "--adr x", "", exitUsage, "unknown flag --adr, did you mean \"--addr\"?\nRun shaxiang --help to see what there is, and shaxiang serve --help for its flags.\n"},
		{"no method", "call", "", exitUsage, "expected \"<method>\"\nRun shaxiang call --help to see how it is written.\n"},
		{"bad number", "--seed x", "", exitUsage, "--seed: expected a valid 64 bit uint but got \"x\"\n"},
		{"bad variable", "serve", "SHAXIANG_SEED=x", exitUsage, "--seed: expected a valid 64 bit uint but got \"x\" (from the variable SHAXIANG_SEED)\n"},
		{"bad log", "--log loud", "", exitUsage, "--log must be one of \"auto\",\"text\",\"json\",\"off\" but got \"loud\"\n"},
		{"bad log variable", "serve", "SHAXIANG_LOG=loud", exitUsage, "but got \"loud\" (from the variable SHAXIANG_LOG)\n"},
		{"no port", "--addr localhost", "", exitUsage, "--addr localhost: write host:port, such as 127.0.0.1:2012\n"},
		{"port only", "--addr 2012", "", exitUsage, "--addr 2012: write host:port, such as 127.0.0.1:2012\n"},
		{"port too high", "--addr :65536", "", exitUsage, "--addr :65536: \"65536\" is no port; want a number from 0 (any free port) to 65535\n"},
		{"foreign address", "--addr 192.0.2.1:0", "", exitUsage, "cannot assign requested address\n"},
		{"too many orders", "--orders-per-day 30001", "", exitUsage, "--orders-per-day: must be from 1 to 30000, not 30001\n"},
		{"no configuration", "--config nowhere/x.yaml", "", exitBadFile, "the configuration cannot be read: open nowhere/x.yaml: no such file or directory\n"},
		{"no folder for the address", "--addr 127.0.0.1:0 --addr-file nowhere/addr", "", exitBadFile, "--addr-file: "},
		{"lint without a file", "lint nowhere.yaml", "", exitBadFile, "1 problem in 1 file\n"},
		{"unreachable", "call a.b --url http://127.0.0.1:1", "", exitFailed, "nothing listens at http://127.0.0.1:1; start the sandbox with: "},
		{"bad body", "call a.b --body nowhere.json", "", exitBadFile, "--body: open nowhere.json: no such file or directory\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs strings.Builder
			code := run(t.Context(), strings.Fields(c.args), strings.Fields(c.env), Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(errs.String(), c.says) || !strings.HasPrefix(errs.String(), "shaxiang: ") {
				t.Errorf("it says\n%s\nwithout\n%s", errs.String(), c.says)
			}
		})
	}
}

// TestBaseURL finds the sandbox where serve would listen.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	picked := filepath.Join(t.TempDir(), "addr")
	if err := os.WriteFile(picked, []byte("127.0.0.1:4321\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, given string
		vars        map[string]string
		file        fileConfig
		want        string
	}{
		{"default", "", nil, fileConfig{}, "http://127.0.0.1:2012"},
		{"flag", "https://api.wangdian.cn/openapi2/", nil, fileConfig{Addr: ":9"}, "https://api.wangdian.cn/openapi2/"},
		{"no scheme", "sandbox:2012", nil, fileConfig{}, "http://sandbox:2012"},
		{"variable", "", map[string]string{"SHAXIANG_ADDR": "0.0.0.0:2013"}, fileConfig{Addr: ":9"}, "http://127.0.0.1:2013"},
		{"file", "", nil, fileConfig{Addr: "[::]:2014"}, "http://127.0.0.1:2014"},
		{"own address", "", nil, fileConfig{Addr: "[::1]:2014"}, "http://[::1]:2014"},
		{"picked port", "", map[string]string{"SHAXIANG_ADDR": "127.0.0.1:0"}, fileConfig{AddrFile: picked}, "http://127.0.0.1:4321"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := (&app{vars: c.vars, file: &c.file}).baseURL(c.given)
			if err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

// TestJoin puts the vendor's path behind what people give as --url.
func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"http://h", "/openapi", "http://h/openapi"},
		{"http://h/", "/openapi", "http://h/openapi"},
		{"http://h/openapi", "/openapi", "http://h/openapi"},
		{"http://h/openapi/", "/openapi", "http://h/openapi"},
		{"https://h/openapi2", "/openapi2/x.php", "https://h/openapi2/x.php"},
		{"https://h/openapi2/", "/openapi2/x.php", "https://h/openapi2/x.php"},
		{"https://h/openapi2/y.php", "/openapi2/x.php", "https://h/openapi2/y.php"},
		{"https://h/proxy/", "/gateway", "https://h/proxy/gateway"},
		{"https://h/gateway/agent", "/gateway", "https://h/gateway/agent"},
	} {
		if got := join(c[0], c[1]); got != c[2] {
			t.Errorf("join(%s, %s) = %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// TestArgumentsLast holds that arguments may stand between flags, and that what
// belongs to a flag stays with it.
func TestArgumentsLast(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"call M a=1 --page-no 2 b=3":          "call M --page-no 2 a=1 b=3",
		"call M --app vendor_sn=7 a=1":        "call M --app vendor_sn=7 a=1",
		"call a=1 M --calc-total b=2 --key=k": "call M --calc-total --key=k a=1 b=2",
		"serve --addr :0":                     "serve --addr :0",
		"__complete call M a=1 --app":         "__complete call M a=1 --app",
	} {
		p := mustParser(new(grammar), Streams{Out: io.Discard, Err: io.Discard}, &values{file: &fileConfig{}, from: map[string]string{}}, func(int) {})
		if got := strings.Join(argumentsLast(p, strings.Fields(line)), " "); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", line, got, want)
		}
	}
}
