package tests

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// TestProcesses runs whole switches as they are delivered.
func TestProcesses(t *testing.T) {
	binary := switchtest.Build(t)
	t.Run("programs", func(t *testing.T) { programs(t, binary) })
	t.Run("crashes", func(t *testing.T) { crashes(t, binary) })
	t.Run("front names", func(t *testing.T) { frontNames(t, binary) })
	t.Run("scripts", func(t *testing.T) {
		switchtest.RunScripts(t, "testdata", false, func(t testing.TB) switchtest.Switch { return switchtest.NewProcesses(t, binary) })
	})
}
