package handlers

import (
	"strings"

	"shaxiang/internal/vendorapi"
)

// appendQuery begins the text of a message, as the journal keeps it: a line with the query,
// if there is one, and the body.
func appendQuery(dst []byte, query string) []byte {
	if query == "" {
		return dst
	}
	return append(append(append(dst, '?'), query...), '\n')
}

// messageIn returns the message of a text.
func messageIn(text string) vendorapi.Message {
	query, body, ok := strings.Cut(text, "\n")
	if query, asked := strings.CutPrefix(query, "?"); ok && asked {
		return vendorapi.Message{Query: query, Body: body}
	}
	return vendorapi.Message{Body: text}
}
