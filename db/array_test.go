package db_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hypersonic-nos/hypersonic/db"
)

func TestArray(t *testing.T) {
	for _, c := range []struct {
		text   string
		fields []db.Field
		exact  bool // AppendArray gives this very text
	}{
		{`[]`, nil, true},
		{`{}`, nil, false},
		{`["SAI_VLAN_ATTR_VLAN_ID","2"]`, []db.Field{{"SAI_VLAN_ATTR_VLAN_ID", "2"}}, true},
		{`["NULL","NULL","a",""]`, []db.Field{{"NULL", "NULL"}, {"a", ""}}, true},
		{`["{\"dest\":\"10.0.0.0/24\"}","x\\y\n\u0001/é"]`, []db.Field{{`{"dest":"10.0.0.0/24"}`, "x\\y\n\x01/é"}}, true},
		{" [ \"a\\/\" ,\t\"\\ud83d\\ude00\\u00e9\" ]\n", []db.Field{{"a/", "😀é"}}, false},
	} {
		got, err := db.ParseArray(c.text)
		if diff := cmp.Diff(c.fields, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.text, err, diff)
		}
		if text := string(db.AppendArray(nil, c.fields)); c.exact && text != c.text {
			t.Errorf("got %s, not %s", text, c.text)
		}
	}
	for _, bad := range []string{"", "[", `["a"]`, `["a","b"`, `["a","b"]x`, `["a" "b"]`, `["a","b",]`, `[1,2]`, `["\x","b"]`, `["\ud83d","b"]`, `["\u12","b"]`, `["a","b\`, `{"a":1}`} {
		if f, err := db.ParseArray(bad); err == nil {
			t.Errorf("%s: no error but %v", bad, f)
		}
	}
}

func FuzzArray(f *testing.F) {
	f.Add(`["a","b"]`)
	f.Add(`["{\"dest\":\"10.0.0.0/24\"}","SAI_X=1|SAI_Y=\u00e9\ud83d\ude00"]`)
	f.Add(`{}`)
	f.Add(`["a`)
	f.Fuzz(func(t *testing.T, text string) {
		fields, err := db.ParseArray(text)
		if err != nil {
			return
		}
		again, err := db.ParseArray(string(db.AppendArray(nil, fields)))
		if diff := cmp.Diff(fields, again); err != nil || diff != "" && len(fields) > 0 {
			t.Fatal(err, diff)
		}
		// An independent parser agrees on valid texts.
		var flat []string
		if !utf8.ValidString(text) || strings.HasPrefix(strings.TrimSpace(text), "{") || json.Unmarshal([]byte(text), &flat) != nil {
			return
		}
		if len(flat) != 2*len(fields) {
			t.Fatalf("%d texts, not %d", 2*len(fields), len(flat))
		}
		for i, f := range fields {
			if f.Name != flat[2*i] || f.Value != flat[2*i+1] {
				t.Fatalf("%q, not %q", f, flat[2*i:2*i+2])
			}
		}
	})
}

// FuzzArrayText checks that any fields survive.
func FuzzArrayText(f *testing.F) {
	f.Add("a", "b\x00\xff\"")
	f.Fuzz(func(t *testing.T, name, value string) {
		in := []db.Field{{name, value}, {value, name}}
		out, err := db.ParseArray(string(db.AppendArray(nil, in)))
		if diff := cmp.Diff(in, out); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func BenchmarkArray(b *testing.B) {
	var fields []db.Field
	for range 1000 {
		fields = append(fields, db.Field{`{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`, "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x5000000000666"})
	}
	text := db.AppendArray(nil, fields)
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			text = db.AppendArray(text[:0], fields)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/object")
	})
	s := string(text)
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.ParseArray(s); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/object")
	})
}
