package sai

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever has a text fits, except enum numbers without a symbol.
func TestParsedValuesFit(t *testing.T) {
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			if codecs[a.Type].append == nil || codecs[a.Type].is == nil {
				t.Fatalf("%s: no codec for type %d", a.Name, a.Type)
			}
			if a.Fits(struct{}{}) {
				t.Errorf("%s: everything fits", a.Name)
			}
			if a.Enum != nil {
				if a.Type == TypeEnum && (a.Fits(a.Enum.Box(0x7ffffff0)) || !a.Fits(a.Enum.Box(a.Enum.Symbols[0].Value))) {
					t.Errorf("%s: wrong symbols fit", a.Name)
				}
				continue
			}
			rapid.Check(t, func(t *rapid.T) {
				if v := drawValue(t, a); !a.Fits(v) {
					t.Fatalf("%s: %#v does not fit", a.Name, v)
				}
			})
		}
	}
}

// TestDefaultsFit checks every default in SAI's metadata against the types that values must have.
func TestDefaultsFit(t *testing.T) {
	n := 0
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			v, ok := a.Default()
			if !ok {
				continue
			}
			n++
			if !a.Fits(v) {
				t.Errorf("%v: the default %#v does not fit", a, v)
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d defaults", n)
	}
}
