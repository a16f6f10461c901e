package configjson

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
)

const sample = `{"VLAN": {"Vlan10": {"vlanid": 10, "dhcp_servers": ["192.0.2.1", "192.0.2.2"]}},
 "INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.0.0/31": {}}}`

func TestParse(t *testing.T) {
	rows, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	null := []db.Field{{Name: "NULL", Value: "NULL"}}
	want := []Row{
		{"INTERFACE", "Ethernet0", null},
		{"INTERFACE", "Ethernet0|10.0.0.0/31", null},
		{"VLAN", "Vlan10", []db.Field{{Name: "dhcp_servers@", Value: "192.0.2.1,192.0.2.2"}, {Name: "vlanid", Value: "10"}}},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

func TestParseErrorsNameThePlace(t *testing.T) {
	_, err := Parse([]byte(`{"PORT": {"Ethernet0": {"lanes": {"a": 1}}}}`))
	if err == nil || !strings.Contains(err.Error(), `PORT|Ethernet0: field "lanes"`) {
		t.Errorf("got %v", err)
	}
}

func TestFormatReversesParse(t *testing.T) {
	rows, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	text, err := Format(rows)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(rows, again); d != "" {
		t.Error(d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"A":{"b":{"c":[1,null]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := Parse(text)
		if err != nil {
			return
		}
		if _, err := Format(rows); err != nil {
			t.Error(err)
		}
	})
}
