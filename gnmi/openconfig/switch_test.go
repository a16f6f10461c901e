package openconfig_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// aSwitch is the databases in memory with the origin over them.
type aSwitch struct {
	store  *mem.Client
	origin *openconfig.Origin
	// unchecked candidates are committed as they are: the rules across rows are another's to test
	unchecked bool
}

// candidateConfig is a candidate as the server hands it to an origin.
type candidateConfig struct{ *candidate.Config }

func (c candidateConfig) Row(table, key string) []db.Field { return c.Fields(table, key) }

func (c candidateConfig) Put(_ *origin.Operation, table, key string, fields []db.Field) {
	c.Config.Put(table, key, fields)
}

func newSwitch(t testing.TB, o *openconfig.Origin) *aSwitch {
	t.Helper()
	s := &aSwitch{store: mem.New().Client(), origin: o}
	s.put(t, db.Config, "DEVICE_METADATA|localhost", "hostname=sonic", "hwsku=hyper", "mac=02:00:00:00:00:01")
	for i := range 4 {
		s.put(t, db.Config, fmt.Sprintf("PORT|Ethernet%d", i*4), fmt.Sprintf("lanes=%d", i), "speed=100000", fmt.Sprintf("alias=eth%d", i+1), fmt.Sprintf("index=%d", i+1))
	}
	return s
}

func (s *aSwitch) put(t testing.TB, id db.ID, key string, fields ...string) {
	t.Helper()
	w := db.RawWrite{Key: key}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		w.Fields = append(w.Fields, db.Field{Name: name, Value: value})
	}
	if err := s.store.Raw(id).Write(t.Context(), []db.RawWrite{w}); err != nil {
		t.Fatal(err)
	}
}

func (s *aSwitch) candidate(t testing.TB) *candidate.Config {
	t.Helper()
	c, err := candidate.Read(t.Context(), s.store)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// set applies operations and returns what they change in CONFIG_DB.
func (s *aSwitch) set(t testing.TB, ops ...origin.Operation) ([]candidate.Change, error) {
	t.Helper()
	c := s.candidate(t)
	if err := s.origin.Edit(candidateConfig{c}, ops); err != nil {
		return nil, err
	}
	if !s.unchecked {
		if err := candidate.Join(c.Check()); err != nil {
			return nil, err
		}
	}
	changes := c.Changes()
	if err := c.Commit(t.Context(), s.store); err != nil {
		t.Fatal(err)
	}
	return changes, nil
}

func (s *aSwitch) read(ctx context.Context, path *gpb.Path, of gpb.GetRequest_DataType) ([]origin.Leaf, error) {
	var leaves []origin.Leaf
	err := s.origin.Read(ctx, s.store, origin.Query{Path: path, Type: of}, func(l origin.Leaf) bool {
		leaves = append(leaves, l)
		return true
	})
	return leaves, err
}

func (s *aSwitch) json(ctx context.Context, path *gpb.Path, of gpb.GetRequest_DataType) (string, error) {
	leaves, err := s.read(ctx, path, of)
	if err != nil {
		return "", err
	}
	text, err := s.origin.JSON(path, leaves, true)
	return string(text), err
}

func parse(t testing.TB, text string) *gpb.Path {
	t.Helper()
	p, err := origin.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ietf(text string) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte(text)}}
}

func fields(row []db.Field) string {
	var all []string
	for _, f := range row {
		all = append(all, fmt.Sprintf("%s=%q", f.Name, f.Value))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
