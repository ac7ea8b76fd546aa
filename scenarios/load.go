package scenarios

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"shaxiang/internal/text"
)

//go:embed library
var shipped embed.FS

// Library returns the shipped scenarios, in files NAME.yaml.
func Library() fs.FS {
	sub, err := fs.Sub(shipped, "library")
	if err != nil {
		panic(err) // only of an invalid name
	}
	return sub
}

// Names returns the names of the library, sorted.
func Names() []string {
	entries, err := fs.ReadDir(shipped, "library")
	if err != nil {
		panic(err) // the folder is embedded
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	slices.Sort(names) // the files' order has slow-tail.yaml before slow.yaml
	return names
}

// Load returns a scenario with all that it extends. A value of the scenario wins over the
// value of the extended one, its rules are consulted first, and lists (rows, discrepancies,
// quotas of methods) are joined.
//
// A reference with a slash or with .yaml at its end is a file, relative to the file that
// names it, and is read with read. Any other reference is a name of the library. With a nil
// read only the library exists: callers over the network must not read files of this
// machine. The error is a yamlfile.Problems when the contents of a file are wrong.
func Load(name string, read func(file string) ([]byte, error)) (*Scenario, error) {
	r := resolve(ref{}, name)
	s, err := r.parse(read)
	if err != nil {
		return nil, err
	}
	return extend(r, s, read)
}

// Extend returns a parsed scenario with all that it extends, as Load does. file is where
// the scenario was read; references are relative to the file.
func Extend(s *Scenario, file string, read func(file string) ([]byte, error)) (*Scenario, error) {
	return extend(ref{file, true}, s, read)
}

func extend(r ref, s *Scenario, read func(string) ([]byte, error)) (*Scenario, error) {
	chain, err := parents(r, s, read)
	if err != nil {
		return nil, err
	}
	merged := *s
	merged.World.Master = r.beside(s.World.Master)
	for _, p := range chain {
		merged.inherit(p)
	}
	if merged.World.Master != "" && read == nil {
		return nil, text.Fail("scenarios.master_unread", "file", merged.World.Master)
	}
	merged.Extends = ""
	return &merged, nil
}

// ref is where a scenario is: in a file or in the library.
type ref struct {
	name string
	file bool
}

// resolve reads a reference that stands in another scenario.
func resolve(from ref, name string) ref {
	if !strings.ContainsAny(name, `/\`) && !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") {
		return ref{name: name}
	}
	return ref{name: from.beside(name), file: true}
}

// beside returns the name of a file that a scenario names relative to itself.
func (r ref) beside(file string) string {
	if file == "" || !r.file || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(r.name), file)
}

func (r ref) parse(read func(string) ([]byte, error)) (*Scenario, error) {
	data, err := r.read(read)
	if err != nil {
		return nil, err
	}
	file := r.name
	if !r.file {
		file += ".yaml"
	}
	s, problems := Parse(file, data)
	return s, problems.Err()
}

func (r ref) read(read func(string) ([]byte, error)) ([]byte, error) {
	if r.file {
		if read == nil {
			return nil, text.Fail("scenarios.file_unread", "file", r.name, "known", Names())
		}
		return read(r.name)
	}
	data, err := fs.ReadFile(Library(), r.name+".yaml")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, text.Fail("scenarios.no_scenario", "name", r.name, "meant", Meant(r.name, Names()), "known", Names())
	}
	return data, err
}

// parents returns what a scenario extends, the nearest first.
func parents(r ref, s *Scenario, read func(string) ([]byte, error)) ([]*Scenario, error) {
	var chain []*Scenario
	seen := []ref{r}
	for s.Extends != "" {
		r = resolve(r, s.Extends)
		if slices.Contains(seen, r) {
			return nil, text.Fail("scenarios.circle", "circle", circle(seen, r))
		}
		seen = append(seen, r)
		var err error
		if s, err = r.parse(read); err != nil {
			return nil, err
		}
		s.World.Master = r.beside(s.World.Master)
		chain = append(chain, s)
	}
	return chain, nil
}

func circle(seen []ref, again ref) string {
	var names []string
	for _, r := range append(seen[slices.Index(seen, again):], again) {
		names = append(names, r.name)
	}
	return strings.Join(names, " extends ")
}

// inherit copies from a parent what the scenario does not say. The parent is not changed.
func (s *Scenario) inherit(p *Scenario) {
	s.Seed = cmp.Or(s.Seed, p.Seed)
	s.Clock = cmp.Or(s.Clock, p.Clock)
	s.World.OrdersPerDay = cmp.Or(s.World.OrdersPerDay, p.World.OrdersPerDay)
	s.World.Master = cmp.Or(s.World.Master, p.World.Master)
	s.World.Tick = cmp.Or(s.World.Tick, p.World.Tick)
	if len(p.World.Rows) > 0 {
		rows := maps.Clone(p.World.Rows)
		for c, own := range s.World.Rows {
			rows[c] = slices.Concat(rows[c], own)
		}
		s.World.Rows = rows
	}
	s.World.Discrepancies = slices.Concat(p.World.Discrepancies, s.World.Discrepancies)
	s.Quota.PerMinute = cmp.Or(s.Quota.PerMinute, p.Quota.PerMinute)
	s.Quota.Concurrent = cmp.Or(s.Quota.Concurrent, p.Quota.Concurrent)
	s.Quota.Methods = slices.Concat(s.Quota.Methods, p.Quota.Methods)
	s.Rules = slices.Concat(s.Rules, p.Rules)
}

// Baseline returns the scenario without rules, quotas and discrepancies. It is shared and
// must not be changed.
var Baseline = sync.OnceValue(func() *Scenario {
	s, err := Load("baseline", nil)
	if err != nil {
		panic(err) // it is embedded
	}
	return s
})
