package cfgmgr

import (
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// subInterface wants the netdev of a sub-interface and completes its row. State and MTU cannot exceed the parent's, and follow it.
func subInterface(tx *engine.Tx, k tables.InterfaceKey, r tables.InterfaceRow) (tables.InterfaceRow, error) {
	parent, number, short := cutSub(k.Name)
	vid, err := subVlan(k, r, number, short)
	if err != nil {
		return r, err
	}
	admin, mtu := parentState(tx, parent)
	if r.MTU != nil {
		mtu = min(mtu, *r.MTU)
	}
	if r.AdminStatus != nil {
		admin = admin && *r.AdminStatus
	}
	r.Vlan, r.MTU, r.AdminStatus = &vid, &mtu, &admin

	l, on := linux.LinkKey{Name: k.Name}, linux.LinkKey{Name: parent}
	engine.Want(tx, l, linux.LinkHost(linux.HostSub), linux.LinkAdmin(bool(admin)), linux.LinkMTU(mtu))
	engine.Require(tx, l, on)
	if mac := firstMAC(r.MAC, switchMAC(tx)); mac != nil {
		engine.Set(tx, l, linux.LinkMAC(*mac))
	}
	return r, nil
}

// subVlan is the 802.1Q id of a sub-interface: the number in a long name, and the field vlan with a short one, whose number is only a number.
func subVlan(k tables.InterfaceKey, r tables.InterfaceRow, number string, short bool) (uint16, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || number[0] == '0' {
		return 0, badKey(tables.ConfigSubInterface, k, "does not end in a sub-interface number")
	}
	vid := uint16(n)
	switch {
	case short && r.Vlan == nil:
		return 0, badField(tables.ConfigSubInterface, k, "vlan", "", "is missing")
	case short:
		vid = *r.Vlan
	case r.Vlan != nil && *r.Vlan != vid:
		return 0, badField(tables.ConfigSubInterface, k, "vlan", *r.Vlan, fmt.Sprintf("does not agree with the name, which says %d", vid))
	}
	if vid < 1 || vid > 4094 {
		return 0, badField(tables.ConfigSubInterface, k, "vlan", vid, "is not from 1 to 4094")
	}
	return vid, nil
}

// parentState is what a parent that is not configured yet is taken to have: the sub-interface waits for its netdev anyway.
func parentState(tx *engine.Tx, parent string) (tables.UpDown, uint32) {
	if linux.HostKindOf(parent) == linux.HostLag {
		if r, ok := engine.Get(tx, tables.ConfigLag, parent); ok {
			return r.AdminStatus, r.MTU
		}
	} else if r, ok := engine.Get(tx, tables.ConfigPort, parent); ok {
		if mtu, member := memberMTU(tx, parent); member {
			r.MTU = mtu
		}
		return r.AdminStatus, r.MTU
	}
	return true, linux.DefaultMTU
}
