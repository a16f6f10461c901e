package cli

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// aclFile is a file of rules in the form of OpenConfig's model of access lists, as SONiC's acl-loader reads it. Sequence numbers and ports are numbers or texts.
type aclFile struct {
	Acl struct {
		Sets struct {
			Set map[string]struct {
				Entries struct {
					Entry map[string]aclFileEntry `json:"acl-entry"`
				} `json:"acl-entries"`
			} `json:"acl-set"`
		} `json:"acl-sets"`
	} `json:"acl"`
}

type aclFileEntry struct {
	Config struct {
		Sequence json.Number `json:"sequence-id"`
	} `json:"config"`
	Actions struct {
		Config struct {
			Action string `json:"forwarding-action"`
		} `json:"config"`
	} `json:"actions"`
	L2 struct {
		Config struct {
			EtherType any         `json:"ethertype"`
			Vlan      json.Number `json:"vlan-id"`
		} `json:"config"`
	} `json:"l2"`
	IP struct {
		Config struct {
			Protocol    any         `json:"protocol"`
			Source      string      `json:"source-ip-address"`
			Destination string      `json:"destination-ip-address"`
			Dscp        json.Number `json:"dscp"`
		} `json:"config"`
	} `json:"ip"`
	Transport struct {
		Config struct {
			Source      any      `json:"source-port"`
			Destination any      `json:"destination-port"`
			Flags       []string `json:"tcp-flags"`
		} `json:"config"`
	} `json:"transport"`
	ICMP struct {
		Config struct {
			Type json.Number `json:"type"`
			Code json.Number `json:"code"`
		} `json:"config"`
	} `json:"icmp"`
	Input struct {
		Ref struct {
			Config struct {
				Interface string `json:"interface"`
			} `json:"config"`
		} `json:"interface_ref"`
	} `json:"input_interface"`
}

// The priorities of acl-loader: that of a rule is the first less its sequence number; what no rule is for is denied at the last.
const (
	firstAclPriority = 10000
	lastAclPriority  = 1
)

// aclUpdate is `config acl update` and `acl-loader update`.
func aclUpdate(sw *Switch) *cobra.Command {
	make := func(use, short string) *cobra.Command {
		var table, session string
		cmd := &cobra.Command{
			Use: use + " <file>", Short: short, Args: exactly("file_name"),
			RunE: sw.edit(func(c *change, args []string) error { return c.updateAcl(args[0], table, session) }),
		}
		cmd.Flags().StringVar(&table, "table_name", "", "only the rules of this table")
		cmd.Flags().StringVar(&session, "session_name", "", "the mirror session of rules of mirror tables")
		return cmd
	}
	// What is written is the difference in both cases, so that no rule that stays is taken away for a moment.
	return group("update", "ACL-related configuration tasks", make("full", "Full update of ACL rules configuration."), make("incremental", "Incremental update of ACL rule configuration."))
}

// updateAcl makes the rules of a file the rules of the switch, or of one table.
func (c *change) updateAcl(file, only, session string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fail("%v", err)
	}
	var f aclFile
	if err := json.Unmarshal(text, &f); err != nil {
		return fail("%s: %v", file, err)
	}
	want := map[tables.AclRuleKey][]db.Field{}
	for name, set := range f.Acl.Sets.Set {
		table := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(name))
		if only != "" && table != only {
			continue
		}
		if !has(c.candidate, tables.ConfigAclTable, table) {
			return fail("Table %s does not exist", table)
		}
		kind := rowOf(c.candidate, tables.ConfigAclTable, table).Type
		for _, e := range set.Entries.Entry {
			name, fields, err := e.fields(kind, session)
			if err != nil {
				return fail("%s: %s: %v", table, name, err)
			}
			want[tables.AclRuleKey{Table: table, Rule: name}] = fields
		}
		if kind == tables.AclL3 || kind == tables.AclL3V6 {
			want[tables.AclRuleKey{Table: table, Rule: "DEFAULT_RULE"}] = denyRest(kind)
		}
	}
	for _, e := range rowsOf(c.candidate, tables.ConfigAclRule) {
		if _, stays := want[e.Key]; !stays && (only == "" || only == e.Key.Table) {
			c.write(tables.ConfigAclRule.Del(e.Key))
		}
	}
	for k, fields := range want {
		_, row, err := tables.ConfigAclRule.Decode(tables.ConfigAclRule.EncodeKey(k), fields)
		if err != nil {
			return fail("%v", err)
		}
		c.write(tables.ConfigAclRule.Replace(k, row))
	}
	return nil
}

func denyRest(kind string) []db.Field {
	f := []db.Field{{Name: "PRIORITY", Value: strconv.Itoa(lastAclPriority)}, {Name: "PACKET_ACTION", Value: "DROP"}}
	if kind == tables.AclL3V6 {
		return append(f, db.Field{Name: "IP_TYPE", Value: "IPV6ANY"})
	}
	return append(f, db.Field{Name: "ETHER_TYPE", Value: "2048"})
}

// fields are those of ACL_RULE for an entry, and the rule's name.
func (e *aclFileEntry) fields(kind, session string) (name string, f []db.Field, err error) {
	name = "RULE_" + e.Config.Sequence.String()
	seq, err := strconv.Atoi(e.Config.Sequence.String())
	if err != nil || seq < 1 || seq >= firstAclPriority {
		return name, nil, fmt.Errorf("sequence-id %q is not from 1 to %d", e.Config.Sequence, firstAclPriority-1)
	}
	add := func(name string, value any) {
		if text := fmt.Sprint(value); value != nil && text != "" {
			f = append(f, db.Field{Name: name, Value: text})
		}
	}
	add("PRIORITY", firstAclPriority-seq)
	switch action := e.Actions.Config.Action; {
	case kind == tables.AclMirror || kind == tables.AclMirrorV6:
		add("MIRROR_INGRESS_ACTION", session)
	case kind == tables.AclControlPlane && (action == "ACCEPT" || action == "DROP"):
		add("PACKET_ACTION", action)
	case action == "ACCEPT":
		add("PACKET_ACTION", "FORWARD")
	case action == "DROP" || action == "REJECT":
		add("PACKET_ACTION", "DROP")
	default:
		return name, nil, fmt.Errorf("unknown forwarding-action %q", action)
	}
	add("VLAN_ID", e.L2.Config.Vlan)
	v6 := kind == tables.AclL3V6 || kind == tables.AclMirrorV6
	if v6 {
		add("IP_TYPE", "IPV6ANY")
	} else {
		add("ETHER_TYPE", etherType(e.L2.Config.EtherType))
	}
	add("IP_PROTOCOL", protocolNumber(e.IP.Config.Protocol))
	for field, text := range map[string]string{"SRC_IP": e.IP.Config.Source, "DST_IP": e.IP.Config.Destination} {
		if p, err := netip.ParsePrefix(text); err == nil && p.Addr().Is6() {
			field += "V6"
		}
		add(field, text)
	}
	add("DSCP", e.IP.Config.Dscp)
	portField("SRC", e.Transport.Config.Source, add)
	portField("DST", e.Transport.Config.Destination, add)
	if flags := e.Transport.Config.Flags; len(flags) > 0 {
		value, mask, err := tcpFlags(flags)
		if err != nil {
			return name, nil, err
		}
		add("TCP_FLAGS", fmt.Sprintf("0x%02x/0x%02x", value, mask))
	}
	icmp := "ICMP"
	if v6 {
		icmp = "ICMPV6"
	}
	add(icmp+"_TYPE", e.ICMP.Config.Type)
	add(icmp+"_CODE", e.ICMP.Config.Code)
	add("IN_PORTS", e.Input.Ref.Config.Interface)
	return name, f, nil
}

// portField adds a port, or a range a..b.
func portField(side string, v any, add func(string, any)) {
	text, _ := v.(string)
	if from, to, ranged := strings.Cut(text, ".."); ranged {
		add("L4_"+side+"_PORT_RANGE", from+"-"+to)
		return
	}
	add("L4_"+side+"_PORT", v)
}

// tcpFlags are the bits that have to be set, and those that count: TCP_NOT_SYN wants one that is not set.
func tcpFlags(names []string) (value, mask uint8, err error) {
	bits := []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"}
	for _, n := range names {
		short, not := strings.CutPrefix(strings.TrimPrefix(n, "TCP_"), "NOT_")
		i := slices.Index(bits, short)
		if i < 0 {
			return 0, 0, fmt.Errorf("unknown tcp-flag %q", n)
		}
		mask |= 1 << i
		if !not {
			value |= 1 << i
		}
	}
	return value, mask, nil
}

// etherType and protocolNumber translate OpenConfig's names; numbers are what they are.
func etherType(v any) any {
	name, isName := v.(string)
	n, known := map[string]int{
		"ETHERTYPE_IPV4": 0x800, "ETHERTYPE_ARP": 0x806, "ETHERTYPE_IPV6": 0x86dd, "ETHERTYPE_LLDP": 0x88cc, "ETHERTYPE_MPLS": 0x8847,
		"ETHERTYPE_VLAN": 0x8100, "ETHERTYPE_ROCE": 0x8915,
	}[name]
	if isName && known {
		return n
	}
	return v
}

func protocolNumber(v any) any {
	name, isName := v.(string)
	n, known := map[string]int{
		"IP_ICMP": 1, "IP_IGMP": 2, "IP_TCP": 6, "IP_UDP": 17, "IP_RSVP": 46, "IP_GRE": 47, "IP_AUTH": 51, "IP_ICMPV6": 58, "IP_PIM": 103, "IP_L2TP": 115,
	}[name]
	if isName && known {
		return n
	}
	return v
}
