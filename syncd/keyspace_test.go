package syncd_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eachKeyspace runs a test over the databases in memory and over a real server.
func eachKeyspace(t *testing.T, f func(t *testing.T, ks db.Keyspace)) {
	t.Run("mem", func(t *testing.T) {
		_, ks := memKeyspace()
		f(t, ks)
	})
	t.Run("redis", func(t *testing.T) { f(t, redisKeyspace(t)) })
}

func redisKeyspace(t testing.TB) db.Keyspace {
	t.Helper()
	c, err := redis.New(redis.Options{Socket: dbtest.Redis(t), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
