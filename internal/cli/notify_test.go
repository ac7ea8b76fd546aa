package cli

import (
	"testing"
)

// TestNotifyAnywhere: a flag, a variable or a key of the file.
func TestNotifyAnywhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		vars map[string]string
		file string
		want bool
	}{
		{nil, nil, "", false},
		{nil, nil, "notify_anywhere: true", true},
		{nil, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "true"}, "", true},
		{nil, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "false"}, "notify_anywhere: true", false},
		{[]string{"--notify-anywhere"}, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "false"}, "", true},
		{[]string{"--notify-anywhere=false"}, nil, "notify_anywhere: true", false},
	} {
		if got := parsed(t, c.args, c.vars, c.file).Serve.NotifyAnywhere; got != c.want {
			t.Errorf("%v %v %q: %t, want %t", c.args, c.vars, c.file, got, c.want)
		}
	}
}
