package orchagent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// port wants the port, its host interface, and the rows that say how it is. PortConfigDone and PortInitDone share the table and are no
// ports; neither is a row that holds only what orchagent wrote into it.
func port(tx *engine.Tx, name string, r tables.PortRow) error {
	if name == tables.PortConfigDone || name == tables.PortInitDone || len(r.Lanes) == 0 {
		return nil
	}
	p := sai.PortKey{Name: name}
	oper, _ := engine.Get(tx, tables.FactPortOper, name)
	engine.Want(tx, p, portAttributes(tx, name, r)...)
	engine.Want(tx, sai.HostifKey{Name: name}, sai.HostifTypeAttr(sai.HostifTypeNetdev), sai.HostifObjID(p), sai.HostifOperStatus(oper.Up))
	engine.PublishIdentity(tx, tables.CountersPortName, name, p)
	engine.Publish(tx, tables.ApplPortOper, name, tables.PortOperRow{
		OperStatus: tables.UpDown(oper.Up), FlapCount: oper.FlapCount, LastUpTime: oper.LastUpTime, LastDownTime: oper.LastDownTime,
	}, p)
	engine.Want(tx, PortInquiryKey{Port: p, About: aboutCapability})
	if oper.Up { // a link of another speed is another link
		engine.Want(tx, PortInquiryKey{Port: p, About: aboutLink, At: fmt.Sprintf("%d/%d/%d/%v", oper.FlapCount, r.Speed, r.FEC, autoneg(r))})
	}
	engine.Publish(tx, tables.StatePortAsic, name, portState(tx, name, r, oper.Up), p)
	return nil
}

func autoneg(r tables.PortRow) bool { return r.Autoneg != nil && bool(*r.Autoneg) }

// portState is what the ASIC has told of the port.
func portState(tx *engine.Tx, name string, r tables.PortRow, up bool) tables.PortAsicStateRow {
	can, _ := engine.Get(tx, tables.FactPortCapability, name)
	s := tables.PortAsicStateRow{HostTxReady: bool(r.AdminStatus), SupportedSpeeds: speedList(can.Speeds), SupportedFECs: can.FECs}
	if r.LinkTraining != nil {
		s.LinkTraining = "off"
		if *r.LinkTraining {
			s.LinkTraining = "on"
		}
	}
	if autoneg(r) {
		s.RemoteSpeeds = tables.NotApplicable
	}
	if !up {
		return s
	}
	link, _ := engine.Get(tx, tables.FactPortLink, name)
	s.Speed, s.FEC = tables.OperSpeed(link.Speed), tables.OperFEC(link.FEC)
	if autoneg(r) && link.RemoteSpeeds != "" {
		s.RemoteSpeeds = link.RemoteSpeeds
	}
	if s.LinkTraining == "on" && link.Trained != nil {
		s.LinkTraining = "not_trained"
		if *link.Trained {
			s.LinkTraining = "trained"
		}
	}
	return s
}

func speedList(speeds []uint32) string {
	texts := make([]string, len(speeds))
	for i, s := range speeds {
		texts[i] = strconv.FormatUint(uint64(s), 10)
	}
	return strings.Join(texts, ",")
}

// portAttributes are what the row configures. Package objects knows in which order a port takes them. What a port cannot do is left out and told.
func portAttributes(tx *engine.Tx, name string, r tables.PortRow) []engine.Attr[sai.PortKey] {
	a := []engine.Attr[sai.PortKey]{sai.PortHwLaneList(r.Lanes...), sai.PortMtu(r.MTU + frameOverhead), sai.PortAdminState(bool(r.AdminStatus))}
	if r.Autoneg != nil {
		a = append(a, sai.PortAutoNegMode(bool(*r.Autoneg)))
	}
	if r.LinkTraining != nil {
		a = append(a, sai.PortLinkTrainingEnable(bool(*r.LinkTraining)))
	}
	can, _ := engine.Get(tx, tables.FactPortCapability, name)
	switch {
	case r.Speed == 0:
	case len(can.Speeds) > 0 && !slices.Contains(can.Speeds, r.Speed):
		complain(tx, "speed", r.Speed, "is none of the port's: "+speedList(can.Speeds))
	default:
		a = append(a, sai.PortSpeed(r.Speed))
	}
	if r.PFCAsym != nil && bool(*r.PFCAsym) {
		a = append(a, sai.PortPriorityFlowControlModeAttr(sai.PortPriorityFlowControlModeSeparate), sai.PortPriorityFlowControlRx(0xff))
	}
	return append(append(a, portFEC(tx, r.FEC, can.FECs)...), portOptions(tx, r)...)
}

// frameOverhead is what SAI counts into a port's MTU beside the configured one: Ethernet header 14, FCS 4, VLAN tag 4 (sonic-contract 4.3).
const frameOverhead = 22

// portFEC is a mode of its own, or what the ends negotiate if the ASIC can leave it to them.
func portFEC(tx *engine.Tx, fec tables.FEC, can string) []engine.Attr[sai.PortKey] {
	modes := map[tables.FEC]sai.PortFecMode{
		tables.FECNone: sai.PortFecModeNone, tables.FECAuto: sai.PortFecModeNone, tables.FECRS: sai.PortFecModeRs, tables.FECFC: sai.PortFecModeFc,
	}
	mode, configured := modes[fec]
	if !configured {
		return nil
	}
	text, _ := fec.MarshalText() // never fails
	sw, _ := engine.Get(tx, tables.FactSwitch, tables.SwitchKeyName)
	switch {
	case fec == tables.FECAuto && !sw.FecOverride:
		complain(tx, "fec", string(text), "is not negotiated by this ASIC")
		return nil
	case fec != tables.FECAuto && can != "" && !slices.Contains(strings.Split(can, ","), string(text)):
		complain(tx, "fec", string(text), "is none of the port's: "+can)
		return nil
	}
	a := []engine.Attr[sai.PortKey]{sai.PortFecModeAttr(mode)}
	if sw.FecOverride {
		a = append(a, sai.PortAutoNegFecModeOverride(fec != tables.FECAuto))
	}
	return a
}

// useOf makes an object that sits on a port hold the port's host interface as well: a port that is in use goes with nothing of it missing (sonic-contract
// 4.3, removal).
func useOf(tx *engine.Tx, user engine.Key, port string) {
	if !isLag(port) {
		engine.Require(tx, user, sai.HostifKey{Name: port})
	}
}

// l2Port is the port or LAG of that name.
func l2Port(name string) sai.L2Port {
	if isLag(name) {
		return sai.LagKey{Name: name}
	}
	return sai.PortKey{Name: name}
}

func isLag(name string) bool { return strings.HasPrefix(name, "PortChannel") }

// operUp says whether next hops on an interface may carry traffic: the port's or LAG's state counts, a sub-interface has its parent's. A VLAN
// interface has no single link, and counts as up.
func operUp(tx *engine.Tx, name string) bool {
	parent, _, _ := splitSubInterface(name)
	switch {
	case isLag(parent):
		r, ok := engine.Get(tx, tables.ApplLagOper, parent)
		return ok && bool(r.OperStatus)
	case strings.HasPrefix(parent, "Vlan"):
		return true
	}
	r, ok := engine.Get(tx, tables.FactPortOper, parent)
	return ok && r.Up
}
