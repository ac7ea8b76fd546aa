package cli

import (
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"shaxiang/internal/server"
)

// defaultAddr is the default address to listen on.
const defaultAddr = "127.0.0.1:2012"

// checkAddr says what is wrong with an address to listen on.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fail(exitFailed, "cli.host_port", "example", defaultAddr)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fail(exitFailed, "cli.port", "port", port)
	}
	return nil
}

// baseURL is where a client command finds the sandbox: the value of --url, or else the
// address on which serve would listen with this environment and file.
func (a *app) baseURL(given string) (string, error) {
	if given != "" {
		return checkURL(given)
	}
	if a.fileErr != nil {
		return "", a.fileErr
	}
	addr := a.setting("addr")
	switch {
	case addr == "":
		addr = defaultAddr
	case strings.HasSuffix(addr, ":0"): // --addr-file has the port that was picked
		if data, err := os.ReadFile(a.setting("addr-file")); err == nil {
			addr = strings.TrimSpace(string(data))
		}
	}
	return server.BaseURL(addr), nil
}

// setting is the value of a flag of serve from the environment, or else from the file.
func (a *app) setting(flag string) string {
	if v := a.vars[variable(flag)]; v != "" {
		return v
	}
	v, _ := a.file.flag(flag)
	return v
}

// checkURL completes a URL that was given without its scheme.
func checkURL(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fail(exitUsage, "cli.url_form", "url", text, "example", defaultAddr)
	}
	return text, nil
}

// join puts a vendor's path behind a base URL. A URL that has a path already is
// the endpoint itself, unless it ends in a slash or is the path's own folder.
func join(base, path string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	switch {
	case strings.HasPrefix(path+"/", strings.TrimSuffix(u.Path, "/")+"/"):
		u.Path = path
	case strings.HasSuffix(u.Path, "/"):
		u.Path = strings.TrimSuffix(u.Path, "/") + path
	}
	return u.String()
}
