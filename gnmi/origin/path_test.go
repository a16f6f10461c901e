package origin_test

import (
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/ygot/ygot"
	"google.golang.org/protobuf/proto"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

func path(t *testing.T, text string) *gpb.Path {
	t.Helper()
	p, err := ygot.StringToStructuredPath(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/", "/a/b", true},
		{"/a", "/a/b", true},
		{"/a/b", "/a", false},
		{"/a/*/c", "/a/b/c/d", true},
		{"/a/*/c", "/a/b/d", false},
		{"/.../c", "/a/b/c", true},
		{"/.../c", "/c", true},
		{"/.../c", "/a/b", false},
		{"/l[k=*]/x", "/l[k=1]/x", true},
		{"/l/x", "/l[k=1]/x", true},
		{"/l[k=2]/x", "/l[k=1]/x", false},
	} {
		if got := origin.Matches(path(t, c.pattern), path(t, c.path)); got != c.want {
			t.Errorf("%s matches %s: %v", c.pattern, c.path, got)
		}
	}
}

// TestText holds that Parse reads what Text writes, and another's parser too but for escapes in key values, of which it has no idea.
func TestText(t *testing.T) {
	for _, p := range []*gpb.Path{
		{},
		{Origin: "openconfig", Elem: []*gpb.PathElem{{Name: "a"}}},
		{Elem: []*gpb.PathElem{{Name: "a"}, {Name: "l", Key: map[string]string{"k": "1", "j": `x]\/`}}}},
		{Elem: []*gpb.PathElem{{Name: "Vlan10|10.0.0.1/24"}, {Name: "x"}}},
	} {
		got, err := origin.Parse(origin.Text(p))
		if err != nil || !proto.Equal(got, p) {
			t.Errorf("%s is read as %v, %v", origin.Text(p), got, err)
		}
	}
	const text = `/interfaces/interface[name=eth1/1]/subinterfaces/subinterface[index=0]/state`
	if got, err := origin.Parse(text); err != nil || !proto.Equal(got, path(t, text)) {
		t.Error(got, err)
	}
	for _, bad := range []string{"/a//b", "/a[", "/a[k", "/a[k=", "/a[k=v", "/a[=v]", "/a[k=v]x", "/a[k=1][k=2]", `/a\`, "//"} {
		if got, err := origin.Parse(bad); err == nil {
			t.Errorf("%s is read as %v", bad, got)
		}
	}
}

// FuzzParse holds that what parses, is written and parses to the same path.
func FuzzParse(f *testing.F) {
	f.Add("openconfig:/interfaces/interface[name=Ethernet0]/state/counters")
	f.Add(`/CONFIG_DB/localhost/INTERFACE/Ethernet0|10.0.0.1\/24`)
	f.Add(`a[k=\]]/...`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := origin.Parse(text)
		if err != nil {
			return
		}
		again, err := origin.Parse(origin.Text(p))
		if err != nil || !proto.Equal(p, again) {
			t.Fatalf("%q: %v, then %v, %v", text, p, again, err)
		}
	})
}
