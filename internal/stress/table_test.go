package stress

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// What `make bench` asks for.
var (
	table    = flag.Bool("table", false, "measure the table of docs/performance.md and print it")
	write    = flag.Bool("write", false, "write the table into docs/performance.md as well; so does -neighbours")
	rounds   = flag.Int("rounds", 5, "rounds of a second that reference and sandbox are driven in turns")
	requests = flag.Int("requests", 1_000_000, "requests of the row about memory")
)

// row is a line of the table: some work, what it has to reach, and how that is measured.
type row struct {
	work    string
	bar     string
	measure func(*bench) finding
}

// finding is what a row came to.
type finding struct {
	against string // the figure that it is a ratio to
	got     string
	ratio   string
	met     bool
}

// rows is the table of docs/performance.md.
func rows() []row {
	return []row{
		{"`sales.Payment.queryWithDetail`, 40 rows, same window as before", "50 %", func(b *bench) finding { return b.ratio(b.page(40), 0.5) }},
		{"the same, 1 row", "50 %", func(b *bench) finding { return b.ratio(b.page(1), 0.5) }},
		{"the same, 40 rows, a different window each time over 90 days", "25 %", func(b *bench) finding { return b.ratio(b.windows(), 0.25) }},
		{"`fa_alipay_account_check_query.php`, 40 rows", "50 %", func(b *bench) finding { return b.ratio(b.checks(), 0.5) }},
		{"`openapi.payment.order.reconciliation`, 40 rows", "50 %", func(b *bench) finding { return b.ratio(b.reconciliation(), 0.5) }},
		{"`finance.RawPayment.push` of 10 rows", "30 %", (*bench).pushed},
		{"1,000 tenants, requests spread over all, against one tenant", "80 %", (*bench).tenants},
		{"20 rules active, none matching, against no rule", "90 %", (*bench).rules},
		{"p50 of a page of 40 with total and filter, first page of a month of 30,000 orders a day, against 1,000 rows", "3 times", func(b *bench) finding { return b.deep(0) }},
		{"the same, page 18,000", "3 times", func(b *bench) finding { return b.deep(18_000) }},
		{"p99 at half the maximal rate, 40 rows", "5 ms", (*bench).p99},
		{"cold start of the binary to the first answer", "30 ms", (*bench).coldStart},
		{"memory, idle", "25 MB", (*bench).idle},
		{"memory after all requests, spread over 1,000 tenants", "250 MB", (*bench).memory},
		{"memory after all requests, against half of them", "flat", (*bench).flat},
	}
}

// TestTable prints the table. It measures and asserts no time: what the figures
// have to be stands beside them.
func TestTable(t *testing.T) {
	if !*table {
		checkDocument(t)
		return
	}
	b := newBench(t)
	lines := []string{"| work | against | sandbox | ratio | bar | met |", "| --- | --- | --- | --- | --- | --- |"}
	for _, r := range rows() {
		f := r.measure(b)
		met := "yes"
		if !f.met {
			met = "**no**"
		}
		lines = append(lines, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", r.work, f.against, f.got, f.ratio, r.bar, met))
		fmt.Println(lines[len(lines)-1])
	}
	text := fmt.Sprintf("%s/%s, %d cores, %s, %s; %d rounds of a second, %d requests for memory.\n\n%s\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly), *rounds, *requests, strings.Join(lines, "\n"))
	if len(b.wrk) > 0 {
		text += "\nThe same driven by wrk, `-t1 -c32`:\n\n| work | against | sandbox | ratio |\n| --- | --- | --- | --- |\n" + strings.Join(b.wrk, "\n") + "\n"
	}
	fmt.Println("\n" + text)
	if *write {
		save(t, figuresPlace, text)
	}
}

// The figures stand between two comments of the document, <!-- figures --> and
// <!-- end of figures -->. Another table's comments have its own name.
const (
	documentName = "../../docs/performance.md"
	figuresPlace = "figures"
)

func beginOf(place string) string { return "<!-- " + place + " -->\n" }
func endOf(place string) string   { return "<!-- end of " + place + " -->\n" }

func readDocument(t *testing.T, place string) (before, figures, after string) {
	t.Helper()
	data, err := os.ReadFile(documentName)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(data), beginOf(place))
	figures, after, ended := strings.Cut(rest, endOf(place))
	if !begun || !ended {
		t.Fatalf("%s has no place for %s", documentName, place)
	}
	return before, figures, after
}

func save(t *testing.T, place, text string) {
	t.Helper()
	before, _, after := readDocument(t, place)
	if err := os.WriteFile(documentName, []byte(before+beginOf(place)+"\n"+text+"\n"+endOf(place)+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkDocument holds that the document has each row with its bar, a figure, and
// whether that is enough.
func checkDocument(t *testing.T) {
	t.Helper()
	_, figures, _ := readDocument(t, figuresPlace)
	for _, r := range rows() {
		line := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(r.work) + ` \| [^|]* \| [^|]*\d[^|]* \| [^|]* \| ` + regexp.QuoteMeta(r.bar) + ` \| (yes|\*\*no\*\*) \|$`)
		if !line.MatchString(figures) {
			t.Errorf("%s has no figures of %q with the bar %q; run make bench", documentName, r.work, r.bar)
		}
	}
	if !regexp.MustCompile(`\d+ cores, go1\.\d+[^,]*, \d{4}-\d\d-\d\d`).MatchString(figures) {
		t.Errorf("%s does not tell machine and date", documentName)
	}
}

// wrkScript sends requests in turn.
const wrkScript = `local file = io.open("%s", "rb")
local requests = {}
while true do
  local size = file:read("*n")
  if not size then break end
  file:read(1)
  requests[#requests + 1] = file:read(size)
end
local i = 0
request = function() i = i %% #requests + 1; return requests[i] end
`

var wrkRate = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)

// wrkDrive drives work by wrk for a second and returns calls a second; 0 when
// there is no wrk.
func wrkDrive(t *testing.T, addr string, w *work) float64 {
	t.Helper()
	program, err := exec.LookPath("wrk")
	if err != nil {
		return 0
	}
	dir := t.TempDir()
	var all strings.Builder
	for _, r := range w.requests {
		fmt.Fprintf(&all, "%d\n%s", len(r), r)
	}
	for name, text := range map[string]string{"requests": all.String(), "script.lua": fmt.Sprintf(wrkScript, dir+"/requests")} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(program, "-t1", "-c32", "-d1s", "-s", dir+"/script.lua", "http://"+addr).CombinedOutput()
	m := wrkRate.FindSubmatch(out)
	if err != nil || m == nil || strings.Contains(string(out), "Non-2xx") {
		t.Fatalf("wrk: %v\n%s", err, out)
	}
	var rate float64
	if _, err := fmt.Sscan(string(m[1]), &rate); err != nil {
		t.Fatal(err)
	}
	return rate
}
