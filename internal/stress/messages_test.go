package stress

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// message is a request whose reading a hostile client wants to be expensive.
type message struct {
	name    string
	request []byte
	sent    int  // bytes of the request that are sent, before the client waits; 0 for all
	rows    bool // many documents, whose arguments have a bound of their own
}

// messages are hostile shapes, signed where the name does not say otherwise, of about 4 MB each.
func messages() []message {
	const size = 3_900_000
	c := defaultCaller(time.Now())
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	some := func(unit string, n int) string { return strings.Repeat(unit, n/len(unit)) } // of which the envelope makes more
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return strings.TrimRight(b.String(), ",&")
	}
	push := func(body string) []byte { return c.openapi("finance.RawPayment.push", body) }
	unsigned := func(body string) []byte { return post("/gateway", "application/json", body) }
	repeat := func(unit string, n int) string {
		var b strings.Builder
		for i := range n {
			if strings.Contains(unit, "%d") {
				fmt.Fprintf(&b, unit, i)
			} else {
				b.WriteString(unit)
			}
		}
		return b.String()
	}
	const swipe, query = "openapi.payment.order.swipe", "stockout_order_query.php"
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + ","
	return []message{
		{name: "unsigned: lists of lists", request: unsigned(`{"a":[` + fill("[],") + `[]]}`)},
		{name: "unsigned: deep lists", request: unsigned(`{"a":[` + fill(deep) + `0]}`)},
		{name: "unsigned: members", request: unsigned("{" + numbered(`"%d":1,`) + "}")},
		{name: "unsigned: a member again and again", request: unsigned("{" + fill(`"a":1,`) + `"a":1}`)},
		{name: "unsigned: a text with escapes", request: unsigned(`{"a":"` + fill(`\u0041`) + `"}`)},
		{name: "unsigned: a number", request: unsigned(`{"a":` + fill("1") + `}`)},
		{name: "unsigned: fields of a form", request: post("/openapi2/"+query, "application/x-www-form-urlencoded", numbered("%d&"))},
		{name: "numbers in a list", request: push("[[" + fill("1,") + "1]]")},
		{name: "lists in a list", request: push("[[" + fill("[],") + "[]]]")},
		{name: "empty rows", request: push("[[" + fill("{},") + "{}]]")},
		{name: "texts in a list", request: push("[[" + fill(`"",`) + `""]]`)},
		{name: "deep lists", request: push("[" + fill(deep) + "0]")},
		{name: "members of a row", request: push("[[{" + numbered(`"%d":1,`) + "}]]")},
		{name: "a member of a row again and again", request: push("[[{" + fill(`"a":1,`) + `"a":1}]]`)},
		{name: "a row of a text with escapes", request: push(`[[{"remark":"` + fill(`\u0041`) + `"}]]`)},
		{name: "a row of a text", request: push(`[[{"remark":"` + fill("x") + `"}]]`)},
		{name: "a wide row and empty ones", request: push("[[{" + some(`"a":1,"b":2,"c":3,`, 1000) + `"d":4},` + fill("{},") + "{}]]")},
		{name: "as many values as are read, in a list", request: push("[[" + repeat(`"abcdefghijklmnop",`, 99_000) + "1]]")},
		{name: "as many values as are read, in rows", request: push("[[" + repeat(`{"remark":"abcdefghijklmnopqrst"},`, 49_000) + "{}]]")},
		{name: "as many values as are read, below an unknown name", request: push("[[{" + `"x":[` + repeat(`["abcdefghijklmnopqrstuvwxyzabcd"],`, 49_000) + "1]}]]")},
		{name: "as many members as are read", request: push("[[{" + repeat(`"member-%d":"a",`, 99_000) + `"x":1}]]`)},
		{name: "as many rows as are read, which are refused", rows: true, request: push("[[" + repeat(`{"order_no":"n-%d-abcdefghijklmnopqrst"},`, 3800) + "{}]]")},
		{name: "as many rows as are read, which are written", rows: true, request: push("[[" + repeat(`{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"n%d","create_time":"2022-12-28 12:00:00","remark":"`+strings.Repeat("x", 200)+`"},`, 3800) + "{}]]")},
		{name: "biz_content: numbers in a list", request: c.fubei(swipe, `{"a":[`+fill("1,")+"1]}")},
		{name: "biz_content: members", request: c.fubei(swipe, "{"+strings.ReplaceAll(some(`"a":1,`, size*3/4), "a", "b")+`"a":1}`)},
		{name: "announced and not sent", sent: 70 << 10, request: unsigned(`{"a":"` + fill("x") + `"}`)},
		{name: "a form with a list as JSON", request: c.openapi2("stockin_order_push.php", "goods_list", "["+some("1,", size*9/20)+"1]")},
		{name: "a form with escapes", request: c.openapi2(query, "a", some("\xff", size/3))},
	}
}

var peak = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peakMegabytes is the most resident memory that the process ever had; 0 where there is no
// /proc.
func (c *child) peakMegabytes() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	m := peak.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kb, _ := strconv.ParseFloat(string(m[1]), 64)
	return kb * 1024 / 1e6
}

// grows sends a message several times at once to a new process, which may take 1.5 GB of
// addresses. It returns by how many times the bytes that were sent the process's memory grew, and
// an answer.
func (m *message) grows(t *testing.T, program string, atOnce int) (times float64, answer string) {
	t.Helper()
	limited := filepath.Join(t.TempDir(), "limited")
	script := "#!/bin/sh\nulimit -v 1500000\nexec " + program + ` "$@"` + "\n"
	if err := os.WriteFile(limited, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	c := startSandbox(t, limited, ready)
	defer c.stop()
	before, sent := c.megabytes(), len(m.request)
	if m.sent > 0 {
		sent, atOnce = m.sent, 60*atOnce
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	for range atOnce {
		all.Go(func() {
			conn, err := dial(c.addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.conn.Close()
			if m.sent > 0 {
				if _, err := conn.conn.Write(m.request[:m.sent]); err != nil {
					t.Error(err)
				}
				time.Sleep(2 * time.Second) // while the server reads
				return
			}
			status, body, err := conn.do(m.request)
			if err != nil || status != http.StatusOK {
				t.Errorf("%s: %d %.200s %v", m.name, status, body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			answer = string(body)
		})
	}
	all.Wait()
	if status, _, err := ask(c, ready); err != nil || status != http.StatusOK {
		t.Errorf("%s: then %d %v", m.name, status, err)
	}
	return (c.peakMegabytes() - before) / (float64(atOnce*sent) / 1e6), answer
}

// ask makes a request over a new connection.
func ask(c *child, request []byte) (status int, body []byte, err error) {
	conn, err := dial(c.addr)
	if err != nil {
		return 0, nil, err
	}
	defer conn.conn.Close()
	return conn.do(request)
}

// mostGrowth is the bar: the memory that reading a hostile message may take, as a multiple of the
// bytes that were sent.
const mostGrowth = 12

// messagesPlace is the name of the table of messages in the document.
const messagesPlace = "hostile messages"

// TestMessages holds what reading a hostile message costs, eight at once. With -full it also
// sends each alone, and prints the table for docs/performance.md.
func TestMessages(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads the memory of a process from /proc")
	}
	_, documented, _ := readDocument(t, messagesPlace)
	program := build(t)
	lines := []string{"| message | MB | alone | eight at once | met |", "| --- | --- | --- | --- | --- |"}
	for _, m := range messages() {
		if !strings.Contains(documented, "| "+m.name+" | ") && !*full {
			t.Errorf("%s has no figures of %q; run make strength", documentName, m.name)
		}
		eight, answer := m.grows(t, program, 8)
		t.Logf("%-52s %4.1f MB, 8 at once: %5.1f times; %.60s", m.name, float64(len(m.request))/1e6, eight, answer)
		if eight > mostGrowth && !m.rows {
			t.Errorf("%s: memory grows by %.1f times the bytes that were sent, more than %d", m.name, eight, mostGrowth)
		}
		if *full {
			alone, _ := m.grows(t, program, 1)
			met := "yes"
			if m.rows {
				met = "no bar"
			} else if max(alone, eight) > mostGrowth {
				met = "**no**"
			}
			lines = append(lines, fmt.Sprintf("| %s | %.1f | %.1f | %.1f | %s |", m.name, float64(len(m.request))/1e6, alone, eight, met))
		}
	}
	text := fmt.Sprintf("%s/%s, %d cores, %s, %s.\n\n%s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		time.Now().Format(time.DateOnly), strings.Join(lines, "\n"))
	if *full {
		fmt.Println("\n" + text)
	}
	if *full && *write {
		save(t, messagesPlace, text)
	}
}
