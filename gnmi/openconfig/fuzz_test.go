package openconfig_test

import (
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// FuzzSet holds that any path and value is applied or refused, that what is refused names a path, and that what was applied can be told.
func FuzzSet(f *testing.F) {
	f.Add(uint8(2), "/interfaces/interface[name=Ethernet0]/config", `{"mtu": 9000, "enabled": true}`)
	f.Add(uint8(1), "/interfaces/interface[name=PortChannel1]/aggregation/switched-vlan/config", `{"interface-mode": "TRUNK", "trunk-vlans": ["10..20", 30]}`)
	f.Add(uint8(2), "/", `{"network-instances": {"network-instance": [{"name": "default", "vlans": {"vlan": [{"vlan-id": 10}]}}]}}`)
	f.Add(uint8(0), "/interfaces/interface[name=*]/.../ip", ``)
	f.Add(uint8(2), "/qos/classifiers/classifier[name=A]/terms/term[id=1]/actions/config/target-group", `"5"`)
	f.Add(uint8(1), "/acl/acl-sets/acl-set[name=A][type=ACL_IPV4]/acl-entries/acl-entry[sequence-id=1]/transport/config/source-port", `"1..2"`)
	o := openconfig.New()
	f.Fuzz(func(t *testing.T, action uint8, path, value string) {
		p, err := origin.Parse(path)
		if err != nil {
			return
		}
		s := newSwitch(t, o)
		s.unchecked = true
		s.put(t, db.Config, "STATIC_ROUTE|10.0.0.0/8", "nexthop=10.0.0.1")
		op := origin.Operation{Action: origin.Action(action % 3), Path: p}
		if op.Action != origin.Delete {
			op.Value = ietf(value)
		}
		if _, err := s.set(t, op); err != nil {
			return
		}
		if _, err := s.json(t.Context(), &gpb.Path{}, gpb.GetRequest_ALL); err != nil {
			t.Fatal(err)
		}
	})
}
