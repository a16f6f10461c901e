package openconfig

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
)

const document = "../../docs/openconfig.md"

// marker begins the part of the document that is made of the mapping.
const marker = "<!-- What follows is made of gnmi/openconfig/mapping: go test ./gnmi/openconfig -run TestDocument -update -->\n"

// TestDocument holds that docs/openconfig.md lists what is mapped.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := bytes.Cut(text, []byte(marker))
	if !ok {
		t.Fatalf("%s has no line %s", document, marker)
	}
	want := listing()
	if f := flag.Lookup("update"); f.Value.String() == "true" {
		if err := os.WriteFile(document, append(append(before, marker...), want...), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(after) != want {
		t.Errorf("%s does not list what is mapped (go test -update writes it)", document)
	}
}

func listing() string {
	var b strings.Builder
	for _, m := range mapping.Models() {
		fmt.Fprintf(&b, "\n### %s\n", m.Name)
		at := ""
		for _, r := range m.Rows {
			if r.At != at {
				fmt.Fprintf(&b, "\n`%s`\n", plainPath(r.At))
				at = r.At
			}
			table := fmt.Sprintf("%s `%s%s%s`", r.Table.Database, r.Table.Name, r.Table.Database.Separator(), plainKey(r.Key))
			if r.Parallel != nil && r.Parallel.Names != "" {
				table += ", elements of lists"
			}
			access := "read and written"
			if r.Role.ReadOnly() {
				access = "read"
			}
			fmt.Fprintf(&b, "- %s, %s", table, access)
			for i, l := range r.Leaves {
				sep := ", "
				if i == 0 {
					sep = ": "
				}
				fmt.Fprintf(&b, "%s`%s`%s", sep, l.Path, source(l))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func source(l mapping.Leaf) string {
	switch {
	case l.Field != "":
		return " (" + l.Field + ")"
	case l.Const != "":
		return " = " + l.Const
	}
	return ""
}

// plainPath leaves the domains out: [name={if:port}] is [name={if}], of which the domain says more.
func plainPath(text string) string {
	for {
		i := strings.IndexByte(text, ':')
		if i < 0 {
			return text
		}
		end := i + strings.IndexByte(text[i:], '}')
		text = text[:i] + text[end:]
	}
}

func plainKey(text string) string {
	var b strings.Builder
	for text != "" {
		before, rest, _ := strings.Cut(text, "{")
		b.WriteString(before)
		if rest == "" {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		name, _, _ = strings.Cut(name, ":")
		b.WriteString("{" + name + "}")
		text = after
	}
	key, _, _ := strings.Cut(b.String(), "  ")
	return key
}
