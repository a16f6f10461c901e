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

// TestText holds that another's parser reads what Text writes.
func TestText(t *testing.T) {
	for _, p := range []*gpb.Path{
		{},
		{Elem: []*gpb.PathElem{{Name: "a"}, {Name: "l", Key: map[string]string{"k": "1", "j": `x]/y`}}}},
		{Elem: []*gpb.PathElem{{Name: "Vlan10|10.0.0.1/24"}, {Name: "x"}}},
	} {
		if got := path(t, origin.Text(p)); !proto.Equal(got, p) {
			t.Errorf("%s is read as %v", origin.Text(p), got)
		}
	}
}
