package load

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"

	"shaxiang/catalog"
	"shaxiang/internal/yamlfile"
)

// methodLine begins each endpoint of the shipped files.
var methodLine = []byte("  - method: ")

// index finds the endpoints of a shipped file without decoding them: a program that calls
// three methods does not wait for hundreds. A test checks what that leaves unchecked at the
// start.
func (c loader) index(layer fs.FS, name string) error {
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
		c.SetShipped(vendor, string(method), func() *catalog.Endpoint { return c.mustRead(layer, name, start, end) })
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

// mustRead reads one endpoint of an embedded file.
func (c loader) mustRead(layer fs.FS, name string, start, end int) *catalog.Endpoint {
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
	inherit(e, c.Vendor(e.Vendor))
	return e
}
