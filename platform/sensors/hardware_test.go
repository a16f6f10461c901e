package sensors

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFileOverDefaults(t *testing.T) {
	h, err := Parse([]byte(`{"chassis":{"serial":"LAB-1"},"psus":[{"name":"PSU A","present":true,"good":false}],"fan_drawers":[],
		"transceivers":{"Ethernet4":null,"Ethernet8":{"type":"SFP28","serial":"X1"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	d := Default()
	want := d
	want.Chassis.Serial, want.FanDrawers = "LAB-1", []FanDrawer{}
	want.PSUs = []PSU{{Name: "PSU A", Present: true}}
	want.Transceivers = map[string]*Transceiver{"Ethernet4": nil, "Ethernet8": {Type: "SFP28", Serial: "X1"}}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if h.In("Ethernet4") != nil || h.In("Ethernet8").Serial != "X1" || h.In("Ethernet0").Serial != "VIRTUAL-Ethernet0" {
		t.Error("the wrong module in a port")
	}
}

func TestBadFiles(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                                    "unexpected EOF",
		`{"psus":[{"nam":"x"}]}`:               `unknown field "nam"`,
		`{} {}`:                                "something follows",
		`{"thermals":[{"name":""}]}`:           "empty",
		`{"psus":[{"name":"a"},{"name":"a"}]}`: "there twice",
		`{"psus":[{"name":"a","voltage":"high"}]}`: "voltage",
	} {
		h, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(Default(), h); diff != "" {
			t.Errorf("%s is not answered with the defaults: %s", text, diff)
		}
	}
	path := filepath.Join(t.TempDir(), FileName)
	if h, err := Load(path); err != nil || len(h.PSUs) != 2 {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"psus":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if h, err := Load(path); err != nil || len(h.PSUs) != 0 {
		t.Errorf("%v, %v", h.PSUs, err)
	}
}

// TestEEPROM holds the form of the fields; the length counts the checksum.
func TestEEPROM(t *testing.T) {
	c := Default().Chassis
	e := c.EEPROM([6]byte{2, 0, 0, 0, 0, 1}, "x86_64-kvm_x86_64-r0", 32)
	length := 0
	for _, f := range e.TLVs {
		length += f.Len + 2
	}
	if last := e.TLVs[len(e.TLVs)-1]; length != e.Length || last.Code != tlvCRC {
		t.Errorf("length %d, header says %d; last field %x", length, e.Length, last.Code)
	}
	if s := e.TLVs[2]; s.Value != "VIRTUAL-020000000001" {
		t.Errorf("serial %s", s.Value)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"psus":[{"name":"PSU 1"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, _ := Parse(text)
		c := h.Chassis
		c.EEPROM([6]byte{}, "x", 1)
	})
}
