package cli

import "testing"

func TestGrowth(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{0: 400, 10 << 20: 400, 64 << 20: 400, 90 << 20: 300, 128 << 20: 200, 256 << 20: 100, 4 << 30: 100} {
		if got := growth(live); got != want {
			t.Errorf("%d MB in use may grow by %d %%, want %d", live>>20, got, want)
		}
	}
}
