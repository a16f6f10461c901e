package orchagent

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxAclMetaData is the largest number that one table may hand to another.
const maxAclMetaData = 4095

// aclActs are a rule's actions.
type aclActs struct {
	names   []string // of the actions of a type, without policers
	attrs   []engine.Attr[sai.AclEntryKey]
	hops    []tables.NextHop // to redirect to
	session engine.Key       // a mirror session that the rule waits for
	err     error
}

func (a *aclActs) add(name string, attr engine.Attr[sai.AclEntryKey]) {
	a.names, a.attrs = append(a.names, name), append(a.attrs, attr)
}

func (a *aclActs) fail(field, value, reason string) {
	if a.err == nil {
		a.err = &db.FieldError{Field: field, Value: value, Reason: reason}
	}
}

// aclActions are the actions of a rule.
func aclActions(tx *engine.Tx, r *tables.AclRuleRow, stage tables.AclStage) (a aclActs) {
	if r.PacketAction != nil {
		a.packet(tx, *r.PacketAction)
	}
	if r.Redirect != "" {
		a.redirect(tx, "REDIRECT_ACTION", r.Redirect)
	}
	if r.NoNat != nil {
		a.add("DO_NOT_NAT_ACTION", sai.AclEntryActionNoNat(bool(*r.NoNat)))
	}
	if r.DisableTrim != nil {
		a.add("DISABLE_TRIM_ACTION", sai.AclEntryActionPacketTrimDisable(bool(*r.DisableTrim)))
	}
	if r.Mirror != "" {
		a.mirror(tx, "MIRROR_ACTION", r.Mirror, stage == tables.AclEgress)
	}
	if r.MirrorIngress != "" {
		a.mirror(tx, "MIRROR_INGRESS_ACTION", r.MirrorIngress, false)
	}
	if r.MirrorEgress != "" {
		a.mirror(tx, "MIRROR_EGRESS_ACTION", r.MirrorEgress, true)
	}
	switch {
	case r.SetMetaData == nil:
	case *r.SetMetaData > maxAclMetaData:
		a.fail("META_DATA_ACTION", fmt.Sprint(*r.SetMetaData), fmt.Sprintf("is not a number from 0 to %d", maxAclMetaData))
	default:
		a.add("META_DATA_ACTION", sai.AclEntryActionSetAclMetaData(uint32(*r.SetMetaData)))
	}
	if r.SetDscp != nil {
		a.add("DSCP_ACTION", sai.AclEntryActionSetDscp(r.SetDscp.Value))
	}
	if r.SetInnerSrcMAC != nil {
		a.add("INNER_SRC_MAC_REWRITE_ACTION", sai.AclEntryActionSetInnerSrcMAC(sai.MAC(*r.SetInnerSrcMAC)))
	}
	if len(a.names) > 1 {
		a.fail(a.names[1], "", "is a second action, beside "+a.names[0])
	}
	if r.Policer != "" {
		a.attrs = append(a.attrs, sai.AclEntryActionSetPolicer(sai.PolicerKey{Name: r.Policer}))
	}
	return a
}

func (a *aclActs) packet(tx *engine.Tx, p tables.AclPacketAction) {
	switch p.Action {
	case tables.AclForward, tables.AclAccept:
		a.add("PACKET_ACTION", sai.AclEntryActionPacketAction(sai.PacketActionForward))
	case tables.AclDeny:
		a.add("PACKET_ACTION", sai.AclEntryActionPacketAction(sai.PacketActionDrop))
	case tables.AclCopy:
		a.add("PACKET_ACTION", sai.AclEntryActionPacketAction(sai.PacketActionCopy))
	case tables.AclRedirect:
		a.redirect(tx, "PACKET_ACTION", p.Redirect)
	case tables.AclDoNotNat:
		a.add("DO_NOT_NAT_ACTION", sai.AclEntryActionNoNat(true))
	case tables.AclDisableTrim:
		a.add("DISABLE_TRIM_ACTION", sai.AclEntryActionPacketTrimDisable(true))
	}
}

// mirror copies to a session, which has to be configured, and need not be active.
func (a *aclActs) mirror(tx *engine.Tx, field, session string, egress bool) {
	if _, configured := engine.Get(tx, tables.ConfigMirrorSession, session); !configured {
		a.fail(field, session, "is no mirror session")
	}
	k := sai.MirrorSessionKey{Name: session}
	a.session = k
	if egress {
		a.add("MIRROR_EGRESS_ACTION", sai.AclEntryActionMirrorEgress(k))
		return
	}
	a.add("MIRROR_INGRESS_ACTION", sai.AclEntryActionMirrorIngress(k))
}

// redirect sends to a port, a LAG, a next hop (address@interface; the interface may be left out where an address of a router interface tells it), or to
// several next hops by commas.
func (a *aclActs) redirect(tx *engine.Tx, field, target string) {
	if isPort(tx, target) {
		a.add("REDIRECT_ACTION", sai.AclEntryActionRedirect(l2Port(target).(engine.Key)))
		return
	}
	var hops []tables.NextHop
	for part := range strings.SplitSeq(target, ",") {
		h, ok := redirectHop(tx, strings.TrimSpace(part))
		if !ok {
			a.fail(field, target, fmt.Sprintf("%q is no port, PortChannel or next hop", part))
			return
		}
		hops = append(hops, h)
	}
	a.names, a.hops = append(a.names, "REDIRECT_ACTION"), tables.SortNextHops(hops)
}

// isPort tells whether a text is the name of a port or LAG.
func isPort(tx *engine.Tx, name string) bool {
	if isLag(name) {
		_, ok := engine.Get(tx, tables.ApplLag, name)
		return ok
	}
	_, ok := engine.Get(tx, tables.ApplPort, name)
	return ok
}

// isPhysical tells whether a text may be the name of a port that is no LAG, VLAN or sub-interface.
func isPhysical(name string) bool {
	return strings.HasPrefix(name, "Ethernet") && !strings.Contains(name, ".")
}

func redirectHop(tx *engine.Tx, text string) (h tables.NextHop, ok bool) {
	ip, name, named := strings.Cut(text, "@")
	a, err := netip.ParseAddr(ip)
	if err != nil || named && name == "" {
		return h, false
	}
	if !named {
		if name, ok = interfaceOf(tx, a); !ok {
			return h, false
		}
	}
	return tables.NextHop{Interface: name, IP: a, Weight: 1}, true
}

// interfaceOf is the router interface with an address in whose subnet an address is; of several the first by name.
func interfaceOf(tx *engine.Tx, a netip.Addr) (string, bool) {
	var names []string
	for k := range engine.Each(tx, tables.ApplInterface) {
		if k.Prefix.IsValid() && k.Prefix.Contains(a) {
			names = append(names, k.Name)
		}
	}
	if len(names) == 0 {
		return "", false
	}
	return slices.Min(names), true
}
