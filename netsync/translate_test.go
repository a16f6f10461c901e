package netsync

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/tests/golden"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTranslations(t *testing.T) { golden.Run(t, "testdata/*.txtar", Register, Sources()) }
