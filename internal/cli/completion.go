package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"shaxiang/vendors"
)

type completionCmd struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// scripts ask the program itself for completions, so that they know its methods.
var scripts = map[string]string{
	"bash": `_shaxiang() {
  local IFS=$'\n'
  COMPREPLY=($(shaxiang __complete "${COMP_WORDS[@]:1:COMP_CWORD}"))
  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _shaxiang shaxiang
`,
	"zsh": `#compdef shaxiang
_shaxiang() {
  local -a found
  found=(${(f)"$(shaxiang __complete "${(@)words[2,CURRENT]}")"})
  compadd -S '' -- ${(M)found:#*=}
  compadd -- ${found:#*=}
}
compdef _shaxiang shaxiang
`,
	"fish": `complete -c shaxiang -a '(shaxiang __complete (commandline -opc)[2..] (commandline -ct))'
`,
}

// Run prints the script for the shell's start-up file.
func (c *completionCmd) Run(a *app) error {
	fmt.Fprint(a.Out, scripts[c.Shell])
	return nil
}

type completeCmd struct {
	Words []string `arg:"" optional:""`
}

// Run prints the completions of the last word, one a line.
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

// candidates are commands first, then a command's methods, arguments and flags.
func (a *app) candidates(before []string, last string) []string {
	root := a.parser.Model.Node
	node, at := root, 0
	for i, word := range before {
		if child := command(root, word); child != nil {
			node, at = child, i
			break
		}
	}
	flagged := node
	if node == root {
		flagged = command(root, "serve") // the default command
	}
	if values := flagValues(flagged, before); values != nil {
		return values
	}
	switch {
	case strings.HasPrefix(last, "-"):
		return flags(flagged)
	case node == root:
		return names(root.Children)
	case node.Name == "completion":
		return slices.Sorted(maps.Keys(scripts))
	case !slices.Contains([]string{"call", "sign", "endpoints"}, node.Name):
		return nil
	case at == len(before)-1:
		return methods()
	}
	return argumentNames(before[at+1])
}

func command(root *kong.Node, word string) *kong.Node {
	for _, child := range root.Children {
		if child.Name == word && !child.Hidden {
			return child
		}
	}
	return nil
}

// flagValues returns the values of a flag that was just written, when they are few.
func flagValues(node *kong.Node, before []string) []string {
	if len(before) == 0 {
		return nil
	}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if f.Enum != "" && "--"+f.Name == before[len(before)-1] {
				return f.EnumSlice()
			}
		}
	}
	return nil
}

// argumentNames returns a method's business arguments, ready for their values.
func argumentNames(method string) []string {
	var list []string
	cat := vendors.Shipped().Catalog
	for _, vendor := range cat.Vendors() {
		if e := cat.Endpoint(vendor, method); e != nil {
			for _, n := range nameable(e) {
				list = append(list, n.path+"=")
			}
		}
	}
	return list
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
	var list []string
	cat := vendors.Shipped().Catalog
	for _, vendor := range cat.Vendors() {
		list = append(list, cat.Methods(vendor)...)
	}
	return list
}
