package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/text"
)

type endpointsCmd struct {
	Pattern string `arg:"" optional:"" help:"Part of a method's name, or a pattern such as *.Payment.*"`
}

// Run prints a table of the endpoints that match, or the only one in full.
func (c *endpointsCmd) Run(a *app) error {
	cat, err := a.catalog()
	if err != nil {
		return err
	}
	var found []*catalog.Endpoint
	for _, vendor := range cat.Vendors() {
		for _, method := range cat.Methods(vendor) {
			if method == c.Pattern {
				return a.describe(cat, cat.Endpoint(vendor, method))
			}
			if matches(c.Pattern, method) {
				found = append(found, cat.Endpoint(vendor, method))
			}
		}
	}
	switch {
	case len(found) == 0:
		return fail(exitFailed, "cli.no_endpoint", "pattern", c.Pattern, "program", a.self())
	case len(found) == 1 && c.Pattern != "":
		return a.describe(cat, found[0])
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "VENDOR\tMETHOD\tKIND\tSPAN\tEVIDENCE\tTITLE") // the title is last: its wide characters would shift a column
	for _, e := range found {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Vendor, e.Method, e.Kind, spanText(e), e.Evidence, e.Title)
	}
	return w.Flush()
}

func matches(pattern, method string) bool {
	p, err := text.NamePattern(pattern)
	return pattern == "" || err == nil && p.Match(method) || strings.Contains(strings.ToLower(method), strings.ToLower(pattern))
}

func spanText(e *catalog.Endpoint) string {
	switch {
	case e.Span == nil:
		return "-"
	case e.Span.Calendar != nil:
		return "by date"
	case e.Span.Limit >= 48*time.Hour && e.Span.Limit%(24*time.Hour) == 0:
		return fmt.Sprintf("%dd", e.Span.Limit/(24*time.Hour))
	}
	return strings.TrimSuffix(strings.TrimSuffix(e.Span.Limit.String(), "0s"), "0m")
}

// describe prints one endpoint in full.
func (a *app) describe(cat *catalog.Catalog, e *catalog.Endpoint) error {
	v := cat.Vendor(e.Vendor)
	gateways := e.Gateways
	if len(gateways) == 0 {
		gateways = v.Paths
	}
	fmt.Fprintf(a.Out, "%s  %s\n%s, %s, %s\nPOST %s\n", e.Method, e.Title, v.Title, e.Kind, e.Evidence,
		strings.ReplaceAll(strings.Join(gateways, ", "), "{name}", e.Method))
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	const heads = "TYPE\tREQUIRED\tLABEL\tVALUES"
	for i, arg := range e.Args {
		if arg.Fields != nil {
			fmt.Fprintf(w, "\nARGUMENT of %s\t%s\n", arg.Name, heads)
			describeParams(w, "  ", arg.Fields)
			continue
		}
		if i == 0 || e.Args[i-1].Fields != nil {
			fmt.Fprintf(w, "\nARGUMENT\t%s\n", heads)
		}
		describeParams(w, "  ", e.Args[i:i+1])
	}
	if e.Rows != nil {
		fmt.Fprintf(w, "\nFIELD of each row\tWIRE\tCOLUMN of %s\n", e.Rows.Collection)
		describeFields(w, "  ", e.Rows.Fields)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, names := range e.OneOf {
		fmt.Fprintf(a.Out, "\none of: %s\n", strings.Join(names, ", "))
	}
	if s := e.Span; s != nil && s.Limit > 0 {
		fmt.Fprintf(a.Out, "\nspan: %s to %s, at most %s\n", s.From, s.To, s.Words)
	}
	if p := e.Paging; p != nil {
		fmt.Fprintf(a.Out, "paging: %s from %d, %s up to %d%s; total %s\n", p.No, p.First, p.Size, p.Max, defaultText(p.Default), p.Totals)
	}
	for _, n := range e.Notes {
		fmt.Fprintf(a.Out, "note: %s\n", n)
	}
	if e.Source != "" {
		fmt.Fprintf(a.Out, "source: %s\n", e.Source)
	}
	return nil
}

// describeParams prints a line an argument, the members of objects and lists below it.
func describeParams(w io.Writer, margin string, params []*catalog.Param) {
	for _, p := range params {
		fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\t%s\n", margin, p.Name, typeText(p), yes(p.Required), p.Label, valuesText(p))
		describeParams(w, margin+"  ", p.Fields)
	}
}

// describeFields prints a line a member of a row, those of lines and objects below it.
func describeFields(w io.Writer, margin string, fields []catalog.Field) {
	for i := range fields {
		f := &fields[i]
		wire, column := string(f.Type), f.Column()
		switch {
		case f.Lines != "":
			wire, column = "list", f.Lines+", of each line:"
		case f.Object:
			wire, column = "object", ""
		case f.Const != nil:
			wire, column = "always "+f.Const.JSON(), ""
		}
		fmt.Fprintf(w, "%s%s\t%s\t%s\n", margin, f.Name, wire, column)
		describeFields(w, margin+"  ", f.Fields)
	}
}

func defaultText(n int) string {
	if n == 0 {
		return ", both required"
	}
	return fmt.Sprintf(", %d when absent", n)
}

func typeText(p *catalog.Param) string {
	text := string(p.Type)
	if p.Length > 0 {
		text += fmt.Sprintf("(%d)", p.Length)
	}
	if p.Layout != "" {
		text += fmt.Sprintf("(%s)", p.Layout)
	}
	if p.Comma {
		text += ",…"
	}
	return text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func valuesText(p *catalog.Param) string {
	var parts []string
	for _, k := range p.EnumKeys() {
		parts = append(parts, k+" "+p.Enum[k])
	}
	if p.Default != nil {
		parts = append(parts, "default "+*p.Default)
	}
	return strings.Join(parts, ", ")
}
