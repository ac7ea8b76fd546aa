package text

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"付呗\tx\n": "付呗\tx\n", "\x1b[31mred\x1b[0m": `\x1b[31mred\x1b[0m`, "a\rb\x00\x7f\u009b": `a\x0db\x00\x7f\x9b`, "": ""} {
		if got := Visible(s); got != want {
			t.Errorf("%q is shown as %q, want %q", s, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, clipped, counted string }{
		{"", "", ""}, {"abcd", "abcd", "abcd"}, {"abcde", "abcd…", "abcd…(5 bytes)"}, {"ab中文", "ab…", "ab…(8 bytes)"},
	} {
		if got := Clip(c.in, 4); got != c.clipped {
			t.Errorf("%q is clipped to %q, want %q", c.in, got, c.clipped)
		}
		if got := ClipCounted(c.in, 4); got != c.counted {
			t.Errorf("%q is clipped to %q, want %q", c.in, got, c.counted)
		}
	}
}

func TestListedAndCount(t *testing.T) {
	t.Parallel()
	long := make([]string, 61)
	for i := range long {
		long[i] = fmt.Sprint(i)
	}
	for _, c := range []struct{ got, want string }{
		{Listed(nil, "none"), "none"}, {Listed([]string{"a", "b"}, "none"), "a, b"}, {Listed(long, ""), "61, from 0 to 60"},
		{Listed(long[:60], ""), strings.Join(long[:60], ", ")},
		{Count(0, "call"), "0 calls"}, {Count(1, "call"), "1 call"}, {Count(2, "call"), "2 calls"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestAppendPadded(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 7, 9, 10, 99, 100, 12345, -7} {
		for width := range 8 {
			if got, want := string(AppendPadded(nil, n, width)), fmt.Sprintf("%0*d", width, n); got != want {
				t.Errorf("%d is written %q in %d digits, want %q", n, got, width, want)
			}
		}
	}
}

func TestEndOfString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		at   int
		end  int
	}{{`"a"b`, 0, 3}, {`x"a\"b" `, 1, 7}, {`"\\"b"`, 0, 4}, {`"ab`, 0, 3}, {`"ab\`, 0, 4}} {
		if got := EndOfString(c.text, c.at); got != c.end {
			t.Errorf("the string of %s ends at %d, want %d", c.text, got, c.end)
		}
		if got := EndOfString([]byte(c.text), c.at); got != c.end {
			t.Errorf("the string of the bytes %s ends at %d, want %d", c.text, got, c.end)
		}
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	noon, err := Moment("2022-12-28 12:00:00")
	if err != nil || noon.Unix() != 1672200000 {
		t.Errorf("noon is %v, %v", noon, err)
	}
	for _, c := range []struct {
		text string
		part time.Duration
		want string
	}{{"2022-12-28 12:00:00", time.Hour, "2022-12-28 12:00:00"}, {"2022-12-28", 0, "2022-12-28 00:00:00"}, {"2022-12-28", 24*time.Hour - 1, "2022-12-28 23:59:59"}} {
		got, err := MomentOrDay(c.text, c.part)
		if err != nil || got.Format(MomentLayout) != c.want {
			t.Errorf("%s is %v, %v, want %s", c.text, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "2022-12-28T12:00:00", "2022-02-30", "noon"} {
		if got, err := MomentOrDay(bad, 0); err != ErrMoment || !got.IsZero() {
			t.Errorf("%q is %v, %v", bad, got, err)
		}
	}
}

// TestDice holds the numbers that all generated worlds are made of.
func TestDice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seed  Dice
		what  string
		which uint64
		want  uint64
	}{{2012, "sku", 1, 0x32e73545960b8a9a}, {0, "", 0, 0x21fa69a58f3d62f5}, {9223372036854775808, "中文", 18446744073709551611, 0xc26c4884d5914022}} {
		if got := c.seed.Roll(c.what, c.which); got != c.want {
			t.Errorf("Dice(%d).Roll(%q, %d) is %#x, want %#x", c.seed, c.what, c.which, got, c.want)
		}
	}
	for n := uint64(1); n < 1000; n++ {
		if got := Below(Mix(n), n); got >= n {
			t.Errorf("%d is not below %d", got, n)
		}
	}
}

// TestCache holds that what is read stays, that the rest goes, and that the bytes are
// bounded.
func TestCache(t *testing.T) {
	t.Parallel()
	c := NewCache[int, string](1000)
	c.Put(-1, "stays", 10)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 1000 {
				c.Put(g*1000+i, "value", 10)
				if v, ok := c.Get(-1); !ok || v != "stays" {
					t.Errorf("the entry that is read again and again is %q", v)
				}
			}
		})
	}
	all.Wait()
	if c.Len() != 100 || c.Bytes() != 1000 {
		t.Errorf("%d values of 10 bytes take %d bytes of 1000", c.Len(), c.Bytes())
	}
	if _, ok := c.Get(0); ok {
		t.Error("the first value is still there")
	}
	c.Put(-1, "changed", 30)
	if v, _ := c.Get(-1); v != "changed" || c.Bytes() != 1000 {
		t.Errorf("the changed entry is %q, and the cache has %d bytes", v, c.Bytes())
	}
	c.Put(5, "large", 2000)
	if v, ok := c.Get(5); !ok || v != "large" || c.Len() != 1 || c.Bytes() != 2000 {
		t.Errorf("a value larger than the bound is %q beside %d others", v, c.Len()-1)
	}
	c.Put(6, "small", 10)
	if _, ok := c.Get(6); !ok || c.Bytes() > 2010 {
		t.Errorf("a small value after a large one is not kept, or nothing goes: %d bytes", c.Bytes())
	}
}
