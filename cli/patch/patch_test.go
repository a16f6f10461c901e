package patch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/cli/patch"
)

// The cases are those of RFC 6902's appendix A, and what configurations need of RFC 6901's escapes.
func TestApply(t *testing.T) {
	for _, c := range []struct{ doc, patch, want string }{
		{`{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"baz":"qux","foo":"bar"}`},
		{`{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`},
		{`{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`},
		{`{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`},
		{`{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`},
		{`{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}`, `[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]`, `{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}`},
		{`{"foo":["all","grass","cows","eat"]}`, `[{"op":"move","from":"/foo/1","path":"/foo/3"}]`, `{"foo":["all","cows","eat","grass"]}`},
		{`{"baz":"qux","foo":["a",2,"c"]}`, `[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2.0}]`, `{"baz":"qux","foo":["a",2,"c"]}`},
		{`{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"child":{"grandchild":{}},"foo":"bar"}`},
		{`{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"baz":"qux","foo":"bar"}`},
		{`{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10}]`, `{"/":9,"~1":10}`},
		{`{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`},
		{`{"a":{"b":[1]}}`, `[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/a/b/0","value":0}]`, `{"a":{"b":[0,1]},"c":{"b":[1]}}`},
		{`{"INTERFACE":{}}`, `[{"op":"add","path":"/INTERFACE/Ethernet0|10.0.0.0~131","value":{}}]`, `{"INTERFACE":{"Ethernet0|10.0.0.0/31":{}}}`},
		{`{"a":1}`, `[{"op":"replace","path":"","value":[1]}]`, `[1]`},
		{`{"a":[[1,2]]}`, `[{"op":"remove","path":"/a/0/0"}]`, `{"a":[[2]]}`},
	} {
		got, err := apply(t, c.doc, c.patch)
		if err != nil {
			t.Errorf("%s %s: %v", c.doc, c.patch, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.patch, diff)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ doc, patch, want string }{
		{`{"baz":"qux"}`, `[{"op":"test","path":"/baz","value":"bar"}]`, "another"},
		{`{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, "no such member"},
		{`{"~1":10}`, `[{"op":"test","path":"/~01","value":"10"}]`, "another"},
		{`{"a":[1]}`, `[{"op":"remove","path":"/a/1"}]`, "no element"},
		{`{"a":[1]}`, `[{"op":"add","path":"/a/01","value":1}]`, "no array index"},
		{`{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":"/a/b"}]`, "into itself"},
		{`{}`, `[{"op":"remove","path":"/VLAN"}]`, "no such member"},
		{`{}`, `[{"op":"remove","path":""}]`, "whole document"},
		{`{}`, `[{"op":"frob","path":"/a"}]`, "unknown op"},
		{`{}`, `[{"op":"add","path":"/a"}]`, "without a value"},
		{`{}`, `[{"op":"copy","path":"/a"}]`, "without from"},
		{`{}`, `[{"op":"add","value":1}]`, "no path"},
		{`{}`, `[{"op":"add","path":"a","value":1}]`, "slash"},
		{`{}`, `[{"op":"add","path":"/~2","value":1}]`, "escape"},
		{`{}`, `{"op":"add"}`, "cannot unmarshal"},
		{`{}`, `[] []`, "after the end"},
	} {
		if got, err := apply(t, c.doc, c.patch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v %s", c.doc, c.patch, err, got)
		}
	}
}

func apply(t *testing.T, doc, text string) (string, error) {
	t.Helper()
	var d any
	if err := json.Unmarshal([]byte(doc), &d); err != nil {
		t.Fatal(err)
	}
	ops, err := patch.Parse([]byte(text))
	if err != nil {
		return "", err
	}
	if d, err = patch.Apply(d, ops); err != nil {
		return "", err
	}
	out, err := json.Marshal(d)
	return string(out), err
}

// FuzzApply looks for patches that bring the program down.
func FuzzApply(f *testing.F) {
	f.Add(`{"a":[1,{"b":"c"}]}`, `[{"op":"move","from":"/a/1/b","path":"/a/0"},{"op":"add","path":"/a/-","value":null}]`)
	f.Add(`[]`, `[{"op":"replace","path":"","value":{}}]`)
	f.Fuzz(func(_ *testing.T, doc, text string) {
		var d any
		ops, err := patch.Parse([]byte(text))
		if err == nil && json.Unmarshal([]byte(doc), &d) == nil {
			_, _ = patch.Apply(d, ops)
		}
	})
}
