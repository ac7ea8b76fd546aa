package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// published is a file that other processes wait for.
type published struct {
	name string
	own  os.FileInfo // the file that this process wrote
}

// checkPublished refuses a name under which no regular file can be published: of a folder, a
// device, a link, or in no folder. It is asked at the start, because later would be too late.
func checkPublished(flag, name string) error {
	if name == "" {
		return nil
	}
	if dir, err := os.Stat(filepath.Dir(name)); err != nil || !dir.IsDir() {
		return fail(exitBadFile, "cli.no_folder", "flag", flag, "folder", filepath.Dir(name))
	}
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fail(exitBadFile, "cli.publish", "flag", flag, "problem", err)
	case !info.Mode().IsRegular():
		return fail(exitBadFile, "cli.no_regular_file", "flag", flag, "file", name)
	}
	return nil
}

// publish writes a file in one step, so that a process that waits for it never reads half of it.
func publish(flag, name string, data []byte) (*published, error) {
	if err := checkPublished(flag, name); err != nil {
		return nil, err
	}
	own, err := write(name, data)
	if err != nil {
		return nil, fail(exitBadFile, "cli.publish", "flag", flag, "problem", err)
	}
	return &published{name, own}, nil
}

func write(name string, data []byte) (own os.FileInfo, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return nil, err
	}
	const readable = 0o644 // the process that waits for the file may run as another user
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(readable))
	if err == nil {
		own, err = tmp.Stat()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(tmp.Name()))
	}
	return own, nil
}

// remove removes the file, unless another process has published its own there.
func (p *published) remove() {
	if now, err := os.Lstat(p.name); err == nil && os.SameFile(now, p.own) {
		_ = os.Remove(p.name) // whoever waits for it finds an address at which nobody answers
	}
}
