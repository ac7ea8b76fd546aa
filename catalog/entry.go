package catalog

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"shaxiang/internal/yamlfile"
)

// entry is one declared method. Those of the shipped files are read when they are
// asked for: a program that calls three methods does not wait for hundreds. What
// that leaves unchecked at the start, a test has checked.
type entry struct {
	endpoint *Endpoint
	read     func() *Endpoint // of the shipped files, once
}

func (e *entry) get() *Endpoint {
	if e.read != nil {
		return e.read()
	}
	return e.endpoint
}

// methodLine begins each endpoint of the shipped files.
var methodLine = []byte("  - method: ")

// index finds the endpoints of a shipped file without reading them.
func (c *Catalog) index(layer fs.FS, name string) error {
	data, err := fs.ReadFile(layer, name)
	if err != nil {
		return err
	}
	vendor := path.Base(path.Dir(name))
	starts := methodStarts(data)
	for i, start := range starts {
		end := len(data)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		method, _, _ := bytes.Cut(data[start+len(methodLine):end], []byte("\n"))
		c.endpoints[vendor][string(method)] = &entry{read: sync.OnceValue(func() *Endpoint { return c.mustRead(layer, name, start, end) })}
	}
	return nil
}

// methodStarts returns where the endpoints of a file begin.
func methodStarts(data []byte) []int {
	var starts []int
	for at := 0; at < len(data); {
		if bytes.HasPrefix(data[at:], methodLine) {
			starts = append(starts, at)
		}
		next := bytes.IndexByte(data[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return starts
}

// mustRead reads one endpoint of an embedded file, which is not kept in memory a
// second time until somebody calls.
func (c *Catalog) mustRead(layer fs.FS, name string, start, end int) *Endpoint {
	data, err := fs.ReadFile(layer, name)
	if err != nil {
		panic(fmt.Sprintf("the shipped catalogue is broken: %v", err))
	}
	var f file
	_, problems := yamlfile.Decode(name, append([]byte("endpoints:\n"), data[start:end]...), &f)
	if problems != nil || len(f.Endpoints) != 1 {
		panic(fmt.Sprintf("the shipped catalogue is broken: %v", problems))
	}
	e := f.Endpoints[0]
	e.Vendor, e.File = path.Base(path.Dir(name)), name
	e.inherit(c.vendors[e.Vendor])
	return e
}
