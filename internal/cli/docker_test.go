package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// instruction is one line of a Dockerfile.
type instruction struct{ word, rest string }

// stages reads a Dockerfile's instructions, stage by stage, and the names of the
// stages.
func stages(t *testing.T, name string) (list [][]instruction, names map[string]int) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	names = map[string]int{}
	for line := range strings.Lines(strings.ReplaceAll(string(data), "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word == "FROM" {
			list = append(list, nil)
			if base, as, named := strings.Cut(rest, " AS "); named {
				rest, names[as] = base, len(list)-1
			}
		}
		if len(list) == 0 {
			t.Fatalf("%s stands before FROM", line)
		}
		list[len(list)-1] = append(list[len(list)-1], instruction{word, strings.TrimSpace(rest)})
	}
	return list, names
}

// mounts are the caches of a RUN, which are empty at first.
var mounts = regexp.MustCompile(`^(--mount=type=cache,target=\S+ +)*`)

// runs returns the commands of a stage, without their caches.
func runs(stage []instruction) []string {
	list := all(stage, "RUN")
	for i := range list {
		list[i] = mounts.ReplaceAllString(list[i], "")
	}
	return list
}

// all returns the rests of a stage's instructions of one word.
func all(stage []instruction, word string) []string {
	var rests []string
	for _, i := range stage {
		if i.word == word {
			rests = append(rests, i.rest)
		}
	}
	return rests
}

// one returns the rest of a stage's only instruction of that word.
func one(t *testing.T, stage []instruction, word string) string {
	t.Helper()
	rests := all(stage, word)
	if len(rests) != 1 {
		t.Fatalf("%d times %s, want one", len(rests), word)
	}
	return rests[0]
}

// TestDockerfile holds the file against what the image promises.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	list, names := stages(t, repository+"/Dockerfile")
	if len(list) != 2 || names["build"] != 0 {
		t.Fatalf("%d stages, %v; want build and the final one", len(list), names)
	}
	build, final := list[0], list[1]
	mod, err := os.ReadFile(repository + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if from := one(t, build, "FROM"); from != "golang:"+string(version[1]) {
		t.Errorf("built FROM %s, while go.mod says go %s", from, version[1])
	}
	if runs := runs(build); !strings.HasPrefix(runs[len(runs)-1], buildFlags+" ") {
		t.Errorf("the binary of the image is built by %s, that of the tests by %s", runs[len(runs)-1], buildFlags)
	}
	if from := one(t, final, "FROM"); from != "scratch" {
		t.Errorf("the final stage is FROM %s", from)
	}
	allowed := []string{"FROM", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"}
	for _, i := range final {
		if !slices.Contains(allowed, i.word) {
			t.Errorf("the final stage has %s, which needs an engine to be tested", i.word)
		}
	}
	if uid, gid := user(t, final); uid == 0 || gid == 0 {
		t.Error("the image runs as root")
	}
	if port := one(t, final, "EXPOSE"); port != "2012" {
		t.Errorf("EXPOSE %s", port)
	}
	if env := one(t, final, "ENV"); env != "SHAXIANG_ADDR=0.0.0.0:2012" {
		t.Errorf("ENV %s", env)
	}
}

// user returns the numeric ids of USER: a scratch image has no names.
func user(t *testing.T, stage []instruction) (uid, gid uint32) {
	t.Helper()
	if _, err := fmt.Sscanf(one(t, stage, "USER"), "%d:%d", &uid, &gid); err != nil {
		t.Fatalf("USER: %v", err)
	}
	return uid, gid
}

// execForm reads the JSON form of ENTRYPOINT or of HEALTHCHECK's CMD.
func execForm(t *testing.T, text string) []string {
	t.Helper()
	if _, after, ok := strings.Cut(text, "CMD "); ok {
		text = after
	}
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil || len(words) == 0 {
		t.Fatalf("%s is no list of words: there is no shell in the image", text)
	}
	return words
}

// TestImage does what the Dockerfile says: builds in a copy of the tree, puts
// what the final stage copies into an empty root, and starts it there as its
// user with its environment, but for the port.
func TestImage(t *testing.T) {
	t.Parallel()
	list, names := stages(t, repository+"/Dockerfile")
	build, final := list[0], list[1]
	src, root := buildStage(t, build), t.TempDir()
	for _, c := range all(final, "COPY") {
		words := strings.Fields(c)
		if len(words) != 3 || words[0] != "--from=build" {
			t.Fatalf("COPY %s: the test knows --from=build FILE FILE", c)
		}
		file, err := filepath.Rel(one(t, list[names["build"]], "WORKDIR"), words[1])
		if err != nil {
			t.Fatal(err)
		}
		copyFile(t, filepath.Join(src, file), filepath.Join(root, words[2]))
	}
	env := all(final, "ENV")
	addr := "127.0.0.1:" + freePort(t)
	env = append(env, "SHAXIANG_ADDR="+addr) // the later one counts
	uid, gid := user(t, final)
	inside := func(words []string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(root, words[0]), words[1:]...)
		cmd.Dir, cmd.Env = root, env
		if os.Getuid() == 0 { // only root may leave for another root and another user
			cmd = &exec.Cmd{Path: words[0], Args: words, Dir: "/", Env: env}
			cmd.SysProcAttr = confined(root, uid, gid)
		}
		return cmd
	}
	out := new(syncBuffer)
	sandbox := inside(execForm(t, one(t, final, "ENTRYPOINT")))
	sandbox.Stdout, sandbox.Stderr = out, out
	if err := sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := sandbox.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := sandbox.Wait(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}()
	health := execForm(t, one(t, final, "HEALTHCHECK"))
	if got, err := inside(append(health, "--wait", "20s")).CombinedOutput(); err != nil || string(got) != "ready\n" {
		t.Fatalf("%v\n%s%s", err, got, out)
	}
	if got, err := inside(health).CombinedOutput(); err != nil || string(got) != "ready\n" {
		t.Errorf("%v\n%s", err, got)
	}
	if !strings.Contains(out.String(), "listens on "+addr+"\n") {
		t.Error(out)
	}
	code, answer, errs := cli(t, Streams{}, "call", "openapi.payment.order.reconciliation", "year=2022", "--url", addr)
	if code != exitOK || !strings.HasPrefix(answer, `{"result_message":"成功","data":{"total":`) {
		t.Errorf("%d %s%s", code, answer, errs)
	}
}

// buildStage copies the tree, as .dockerignore lets it through, and runs the
// stage's last RUN there. The others fetch modules, which the tests have.
func buildStage(t *testing.T, stage []instruction) string {
	t.Helper()
	src, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ignored := ignore(t, repository+"/.dockerignore")
	err = filepath.WalkDir(repository, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(repository, name)
		if err != nil || rel == "." {
			return err
		}
		switch {
		case ignored(filepath.ToSlash(rel)) && d.IsDir():
			return filepath.SkipDir
		case ignored(filepath.ToSlash(rel)) || !d.IsDir() && !d.Type().IsRegular():
			return nil
		case d.IsDir():
			return os.Mkdir(filepath.Join(src, rel), 0o755)
		}
		copyFile(t, name, filepath.Join(src, rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	commands := runs(stage)
	cmd := exec.Command("sh", "-c", commands[len(commands)-1])
	cmd.Dir = src
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return src
}

// ignore reads .dockerignore: patterns of the root, or of any depth behind **/.
func ignore(t *testing.T, name string) func(rel string) bool {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			patterns = append(patterns, line)
		}
	}
	return func(rel string) (ignored bool) {
		for _, p := range patterns { // the last one that fits decides
			subject := rel
			p, but := strings.CutPrefix(p, "!")
			if deep, ok := strings.CutPrefix(p, "**/"); ok {
				p, subject = deep, path.Base(rel)
			}
			if ok, err := path.Match(p, subject); ok && err == nil {
				ignored = !but
			}
		}
		return ignored
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, info.Mode().Perm()); err != nil {
		t.Fatal(err)
	}
}

// freePort returns a port that nobody has at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
