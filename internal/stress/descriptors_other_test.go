//go:build !unix

package stress

import (
	"math"
	"testing"
)

// maxDescriptors returns how many files and connections a process may have open: on
// this system there is no limit to ask for.
func maxDescriptors(*testing.T) int { return math.MaxInt }
