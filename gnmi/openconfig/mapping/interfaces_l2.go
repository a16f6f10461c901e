package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// switchedVlan is the VLANs of a port or a PortChannel, rows of VLAN_MEMBER. Whether the untagged one is the access or the native VLAN hangs on the
// interface's mode.
func switchedVlan(domain, container string, owner *db.Schema) []Rows {
	at := "/interfaces/interface[name={if:" + domain + "}]"
	access := []Given{{Table: owner, Key: "{if}", Field: "mode", Values: []string{"", "access", "routed"}, Say: "interface-mode ACCESS"}}
	trunk := []Given{{Table: owner, Key: "{if}", Field: "mode", Values: []string{"trunk"}, Say: "interface-mode TRUNK"}}
	return []Rows{
		{
			At: at, Table: tables.ConfigVlanMember.Schema, Key: "Vlan{vid:number}|{if}", Role: Link, Where: []string{"tagging_mode=untagged"}, Given: access,
			Leaves: []Leaf{{Path: container + "/switched-vlan/*/access-vlan", Var: "vid"}},
		},
		{
			At: at, Table: tables.ConfigVlanMember.Schema, Key: "Vlan{vid:number}|{if}", Role: Link, Where: []string{"tagging_mode=untagged"}, Given: trunk,
			Leaves: []Leaf{{Path: container + "/switched-vlan/*/native-vlan", Var: "vid"}},
		},
		{
			At: at, Table: tables.ConfigVlanMember.Schema, Key: "Vlan{vid:number}|{if}", Role: Link, Where: []string{"tagging_mode=tagged"},
			Leaves: []Leaf{{Path: container + "/switched-vlan/*/trunk-vlans", Var: "vid", As: vlanRange{}}},
		},
	}
}

// vlanRange is a VLAN or a range of them (10..20), which is as many rows.
type vlanRange struct{}

func (vlanRange) FromDB(values []string) (string, bool) { return values[0], true }

func (vlanRange) ToDB(text string) (string, error) { return text, nil }

func (vlanRange) ListFromDB(value string) []string { return []string{value} }

// ListToDB gives the single VLANs as a comma list.
func (vlanRange) ListToDB(texts []string) (string, error) {
	var all []string
	for _, text := range texts {
		low, high, ranged := strings.Cut(text, "..")
		if !ranged {
			high = low
		}
		a, err1 := strconv.ParseUint(low, 10, 12)
		b, err2 := strconv.ParseUint(high, 10, 12)
		if err1 != nil || err2 != nil || a == 0 || b > 4094 {
			return "", fmt.Errorf("has %q, neither a VLAN from 1 to 4094 nor a range of them (10..20)", text)
		}
		if a > b {
			return "", fmt.Errorf("has the range %q, which ends before it begins", text)
		}
		for v := a; v <= b; v++ {
			all = append(all, strconv.FormatUint(v, 10))
		}
	}
	return strings.Join(all, ","), nil
}

// tpid is a tag protocol id: 0x8100 and TPID_0X8100.
var tpid = Both{
	Read: func(v string) (string, bool) {
		hex, ok := strings.CutPrefix(strings.ToLower(v), "0x")
		return "TPID_0X" + strings.ToUpper(hex), ok
	},
	Write: func(text string) (string, error) {
		hex, ok := strings.CutPrefix(text, "TPID_0X")
		if !ok || hex == "ANY" {
			return "", errors.New("is no tag protocol id that a port can have")
		}
		return "0x" + strings.ToLower(hex), nil
	},
}

// vlanName is Vlan10 here and 10 there.
var vlanName = Both{
	Read:  func(v string) (string, bool) { return strings.CutPrefix(v, "Vlan") },
	Write: func(text string) (string, error) { return "Vlan" + strings.TrimPrefix(text, "Vlan"), nil },
}

const (
	upTrue     = Words("up true down false")
	onTrue     = Words("on true off false")
	trueTrue   = Words("true true false false")
	switchport = Words("access ACCESS trunk TRUNK")
	fec        = Words("none FEC_DISABLED fc FEC_FC rs FEC_RS528 auto FEC_AUTO")
	speed      = Words("10 SPEED_10MB 100 SPEED_100MB 1000 SPEED_1GB 2500 SPEED_2500MB 5000 SPEED_5GB 10000 SPEED_10GB 25000 SPEED_25GB " +
		"40000 SPEED_40GB 50000 SPEED_50GB 100000 SPEED_100GB 200000 SPEED_200GB 400000 SPEED_400GB 600000 SPEED_600GB 800000 SPEED_800GB")
)
