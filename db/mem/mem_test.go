package mem_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/mem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	dbtest.Run(t, func(*testing.T) dbtest.Fixture {
		s := mem.New()
		return dbtest.Fixture{Client: func() db.Keyspace { return s.Client() }, Do: s.Do, Dump: s.Dump}
	})
}
