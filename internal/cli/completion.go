package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// scripts ask the program itself for completions, so that they know its methods.
var scripts = map[string]string{
	"bash": `_shaxiang() {
  local IFS=$'\n'
  COMPREPLY=($(shaxiang __complete "${COMP_WORDS[@]:1:COMP_CWORD}"))
}
complete -o default -F _shaxiang shaxiang
`,
	"zsh": `#compdef shaxiang
_shaxiang() { compadd -- ${(f)"$(shaxiang __complete "${words[@]:1:$((CURRENT-1))}")"} }
compdef _shaxiang shaxiang
`,
	"fish": `complete -c shaxiang -a '(shaxiang __complete (commandline -opc)[2..] (commandline -ct))'
`,
}

// Run prints the script; it goes into the shell's start-up file.
func (c *completionCmd) Run(a *app) error {
	fmt.Fprint(a.Out, scripts[c.Shell])
	return nil
}

type completeCmd struct {
	Words []string `arg:"" optional:""`
}

// Run prints what the last word can become, a line each.
func (c *completeCmd) Run(a *app) error {
	if len(c.Words) == 0 {
		c.Words = []string{""}
	}
	last := c.Words[len(c.Words)-1]
	for _, word := range a.candidates(c.Words[:len(c.Words)-1], last) {
		if strings.HasPrefix(word, last) {
			fmt.Fprintln(a.Out, word)
		}
	}
	return nil
}

// candidates are commands first, then a command's methods and flags.
func (a *app) candidates(before []string, last string) []string {
	root := a.parser.Model.Node
	if len(before) == 0 && !strings.HasPrefix(last, "-") {
		return names(root.Children)
	}
	node := root
	for _, child := range root.Children {
		if len(before) > 0 && child.Name == before[0] {
			node = child
		}
	}
	if strings.HasPrefix(last, "-") {
		return flags(node)
	}
	if len(before) == 1 && slices.Contains([]string{"call", "sign", "endpoints"}, node.Name) {
		return methods()
	}
	return nil
}

func names(nodes []*kong.Node) []string {
	var list []string
	for _, n := range nodes {
		if !n.Hidden {
			list = append(list, n.Name)
		}
	}
	return list
}

func flags(node *kong.Node) []string {
	var list []string
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			list = append(list, "--"+f.Name)
		}
	}
	return list
}

func methods() []string {
	cat, err := loadCatalog()
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range cat.Endpoints() {
		list = append(list, e.Method)
	}
	return list
}
