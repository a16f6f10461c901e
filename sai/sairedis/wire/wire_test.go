package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

func TestDecodeFields(t *testing.T) {
	for text, want := range map[string][]db.Field{
		`{}`:                      nil,
		` {} `:                    nil,
		`[]`:                      nil,
		`["a","b"]`:               {{Name: "a", Value: "b"}},
		` [ "a" , "" , "c","d"] `: {{Name: "a"}, {Name: "c", Value: "d"}},
		`["{\"ip\":\"10.0.0.1\"}","x\\x41\u00e9\ud83d\ude00\n"]`: {{Name: `{"ip":"10.0.0.1"}`, Value: "x\\x41é😀\n"}},
	} {
		got, err := DecodeFields(nil, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
	for _, text := range []string{``, `[`, `["a"]`, `["a","b",]`, `["a","b"]x`, `["a" "b"]`, `["a","b`, `["a","\x"]`, `["a","\ud83d"]`, `{"a":"b"}`, `[1,2]`, `null`, `{ }`} {
		if got, err := DecodeFields(nil, []byte(text)); err == nil {
			t.Errorf("%s: %v, want an error", text, got)
		}
	}
}

// FuzzDecodeFields compares the decoder in place with the plain one.
func FuzzDecodeFields(f *testing.F) {
	f.Add(`["SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID","oid:0x4000000000023"]`)
	f.Add(`["{\"dest\":\"10.0.0.0/24\"}","A=1|B=2","\u0041","\\"]`)
	f.Fuzz(func(t *testing.T, text string) {
		want, wantErr := db.ParseArray(text)
		got, err := DecodeFields(nil, []byte(text))
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: error %v, want %v", text, err, wantErr)
		}
		if err == nil && !slices.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	})
}

func TestSplit(t *testing.T) {
	for text, want := range map[string][]db.Field{
		"":                           nil,
		"NULL=NULL":                  {{Name: "NULL", Value: "NULL"}},
		"SAI_A=1|SAI_B=2:x,y|SAI_C=": {{Name: "SAI_A", Value: "1"}, {Name: "SAI_B", Value: "2:x,y"}, {Name: "SAI_C"}},
		// A set of flags has bars of its own.
		"SAI_A=SAI_X|SAI_Y|SAI_B=1": {{Name: "SAI_A", Value: "SAI_X|SAI_Y"}, {Name: "SAI_B", Value: "1"}},
		"SAI_A=a=b":                 {{Name: "SAI_A", Value: "a=b"}},
		"SAI_A":                     {{Name: "SAI_A"}},
	} {
		if diff := cmp.Diff(want, Split(nil, text)); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("SAI_A=SAI_X|SAI_Y|SAI_B=1")
	f.Fuzz(func(t *testing.T, text string) {
		fields := Split(nil, text)
		for _, f := range fields {
			if f.Name == "" || strings.Contains(f.Name, "|") {
				t.Skip("no attribute has such a name")
			}
		}
		if again := Split(nil, Join(fields)); !slices.Equal(again, fields) {
			t.Fatalf("%q: %q, then %q", text, fields, again)
		}
	})
}

func TestTemplate(t *testing.T) {
	for name, want := range map[string]string{
		"SAI_SWITCH_ATTR_PORT_LIST":          "3:oid:0x0,oid:0x0,oid:0x0",
		"SAI_PORT_ATTR_HW_LANE_LIST":         "3:0,0,0",
		"SAI_PORT_ATTR_ADMIN_STATE":          "false",
		"SAI_SWITCH_ATTR_DEFAULT_VLAN_ID":    "oid:0x0",
		"SAI_SWITCH_ATTR_SRC_MAC_ADDRESS":    "00:00:00:00:00:00",
		"SAI_PORT_ATTR_OPER_STATUS":          "SAI_PORT_OPER_STATUS_UNKNOWN",
		"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST": `{"count":3,"list":null}`,
		"SAI_ACL_ENTRY_ATTR_FIELD_SRC_IP":    "disabled",
		"SAI_NEXT_HOP_ATTR_IP":               "0.0.0.0",
		"SAI_ACL_TABLE_ATTR_ACL_STAGE":       "SAI_ACL_STAGE_INGRESS",
		"SAI_PORT_ATTR_SUPPORTED_FEC_MODE":   "3:SAI_PORT_FEC_MODE_NONE,SAI_PORT_FEC_MODE_NONE,SAI_PORT_FEC_MODE_NONE",
	} {
		a, err := sai.AttrByName(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := Template(a, 3); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if n := Capacity(a, want); a.Type.IsList() && n != 3 {
			t.Errorf("%s: capacity %d", want, n)
		}
	}
	a, _ := sai.AttrByName("SAI_SWITCH_ATTR_PORT_LIST")
	if got := Template(a, 0); got != "0:null" || Capacity(a, got) != 0 {
		t.Errorf("no room: %s", got)
	}
}
