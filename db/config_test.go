package db_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hypersonic-nos/hypersonic/db"
)

func TestDatabaseConfig(t *testing.T) {
	c := db.DefaultConfig("/var/run/redis/redis.sock")
	got, err := db.ParseConfig(c.Format())
	if diff := cmp.Diff(c, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	for _, want := range []struct {
		name      string
		id        db.ID
		separator string
	}{{"APPL_DB", 0, ":"}, {"CONFIG_DB", 4, "|"}, {"STATE_DB", 6, "|"}, {"APPL_STATE_DB", 14, ":"}, {"BMP_STATE_DB", 20, "|"}} {
		d := c.Databases[want.name]
		if d.ID != want.id || d.Separator != want.separator || want.id.String() != want.name || want.id.Separator() != want.separator {
			t.Error(want.name, d)
		}
	}
}

func FuzzDatabaseConfig(f *testing.F) {
	f.Add(db.DefaultConfig("/run/redis.sock").Format())
	f.Add([]byte(`{"INSTANCES":{"redis":{"port":"x"}},"DATABASES":{"A":{"id":-1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := db.ParseConfig(text)
		if err != nil {
			return
		}
		again, err := db.ParseConfig(c.Format())
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}
