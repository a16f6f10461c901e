package lldp

import (
	"reflect"
	"testing"
)

func TestParse(t *testing.T) {
	text := `{"lldp": [{"interface": [{"name": "Ethernet0", "via": "LLDP", "rid": "1", "age": "0 day, 00:00:18",
		"chassis": [{"id": [{"type": "mac", "value": "02:00:00:00:00:01"}], "name": [{"value": "spine1"}], "descr": [{"value": "Debian"}],
			"mgmt-ip": [{"value": "10.0.0.1"}, {"value": "fe80::1"}],
			"capability": [{"type": "Bridge", "enabled": false}, {"type": "Router", "enabled": true}]}],
		"port": [{"id": [{"type": "local", "value": "fortyGigE0/0"}], "descr": [{"value": "to leaf"}], "ttl": [{"value": "120"}]}]}]}]}`
	got, err := parse([]byte(text))
	want := []Entry{{
		Interface: "Ethernet0", Index: "1", Age: "0 day, 00:00:18", Chassis: ID{"mac", "02:00:00:00:00:01"}, Name: "spine1", Description: "Debian",
		Management: []string{"10.0.0.1", "fe80::1"}, Capabilities: []Capability{{"Bridge", false}, {"Router", true}},
		Port: ID{"local", "fortyGigE0/0"}, PortText: "to leaf",
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if got, err := parse([]byte(`{"lldp": [{}]}`)); err != nil || got != nil {
		t.Errorf("nobody there: %+v, %v", got, err)
	}
	if _, err := parse([]byte("no")); err == nil {
		t.Error("what is no JSON is taken")
	}
}

func TestQuote(t *testing.T) {
	if got := quote("to \"spine\"\nconfigure system hostname x"); got != `"to 'spine' configure system hostname x"` {
		t.Errorf("a description can say %s", got)
	}
}
