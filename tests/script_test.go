package tests

import (
	"flag"
	"testing"

	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

var update = flag.Bool("update", false, "write the files of scripts anew that are not met")

// TestScripts runs the scripts on the switch in memory.
func TestScripts(t *testing.T) {
	switchtest.RunScripts(t, "testdata", *update, func(t testing.TB) switchtest.Switch {
		return switchtest.NewMemory(t, switchtest.MemoryOptions{})
	})
}
