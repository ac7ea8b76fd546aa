// Command shaxiang is an offline sandbox of three vendors' open platforms.
package main

import (
	"os"

	"github.com/mattn/go-isatty"

	"shaxiang/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Environ(), cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Terminal: isatty.IsTerminal(os.Stdout.Fd()), LogTerminal: isatty.IsTerminal(os.Stderr.Fd())}))
}
