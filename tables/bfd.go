package tables

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// BfdPeerKey is a session of BFD: remote address, interface, VRF and local address, where null stands for none.
type BfdPeerKey struct {
	Remote    netip.Addr
	Interface string // empty: any
	Vrf       string
	Local     netip.Addr // zero: any
}

const bfdNone = "null"

// MarshalKey implements db's key codec.
func (k BfdPeerKey) MarshalKey(sep string) string {
	link, local := k.Interface, bfdNone
	if link == "" {
		link = bfdNone
	}
	if k.Local.IsValid() {
		local = k.Local.String()
	}
	return strings.Join([]string{k.Remote.String(), link, k.Vrf, local}, sep)
}

// UnmarshalKey implements db's key codec.
func (k *BfdPeerKey) UnmarshalKey(text, sep string) (err error) {
	parts := strings.Split(text, sep)
	if len(parts) != 4 {
		return fmt.Errorf("is not remote%sinterface%svrf%slocal", sep, sep, sep)
	}
	*k = BfdPeerKey{}
	if k.Remote, err = netip.ParseAddr(parts[0]); err != nil {
		return fmt.Errorf("has the remote address %q", parts[0])
	}
	if parts[3] != bfdNone {
		if k.Local, err = netip.ParseAddr(parts[3]); err != nil || k.Local.Is4() != k.Remote.Is4() {
			return fmt.Errorf("has the local address %q", parts[3])
		}
	}
	var link, vrf Word
	if link.UnmarshalText([]byte(parts[1])) != nil || vrf.UnmarshalText([]byte(parts[2])) != nil {
		return fmt.Errorf("has the interface %q and the VRF %q", parts[1], parts[2])
	}
	if link != bfdNone {
		k.Interface = string(link)
	}
	k.Vrf = string(vrf)
	return nil
}

// BfdPeerRow is CONFIG_DB BFD_PEER_SINGLE_HOP and BFD_PEER_MULTI_HOP, frrcfgd's. Intervals are in milliseconds.
type BfdPeerRow struct {
	Enabled    *bool   `db:"enabled"`
	TxInterval *uint32 `db:"desired-minimum-tx-interval"`
	RxInterval *uint32 `db:"required-minimum-receive"`
	EchoRx     *uint32 `db:"desired-minimum-echo-receive"`
	Multiplier *uint8  `db:"detection-multiplier"`
	Echo       *bool   `db:"echo-active"`
}

// The tables of BFD's sessions.
var (
	ConfigBfdSingleHop = db.Define[BfdPeerKey, BfdPeerRow](db.Config, "BFD_PEER_SINGLE_HOP")
	ConfigBfdMultiHop  = db.Define[BfdPeerKey, BfdPeerRow](db.Config, "BFD_PEER_MULTI_HOP")
)
