package sai

import (
	"strings"
	"testing"
)

func TestEnumSymbols(t *testing.T) {
	metas := map[*EnumMeta]bool{&metaObjectType: true, &metaFdbEvent: true}
	for _, ot := range objectTypes() {
		m := ot.Meta()
		if m.Stats != nil {
			metas[m.Stats] = true
		}
		for i := range m.Attrs {
			if e := m.Attrs[i].Enum; e != nil {
				metas[e] = true
			}
		}
	}
	for m := range metas {
		for _, s := range m.Symbols {
			if n, ok := m.Number(s.Name); !ok || n != s.Value {
				t.Errorf("%s is %d, %v; want %d", s.Name, n, ok, s.Value)
			}
			name, ok := m.Symbol(s.Value)
			if back, _ := m.Number(name); !ok || back != s.Value {
				t.Errorf("%d of %s is %s", s.Value, m.Name, name)
			}
			if e, ok := m.Box(s.Value).(Enum); !ok || e.EnumMeta() != m || e.Number() != s.Value {
				t.Errorf("%s boxes to %#v", s.Name, m.Box(s.Value))
			}
		}
		if _, ok := m.Symbol(0x7ffffff0); ok || m.Has(0x7ffffff0) && !m.Flags {
			t.Errorf("%s has a symbol for everything", m.Name)
		}
		if _, err := m.Parse("SAI_NONE"); err == nil || !strings.Contains(err.Error(), m.Name) {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}
