package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// bfdSingleHop is a session of BFD with a neighbour on a link. Sessions that BGP asks for need no row.
func bfdSingleHop(tx *engine.Tx, k tables.BfdPeerKey, r tables.BfdPeerRow) error {
	return bfdPeer(tx, k, r, false)
}

// bfdMultiHop is a session of BFD with somebody further away.
func bfdMultiHop(tx *engine.Tx, k tables.BfdPeerKey, r tables.BfdPeerRow) error {
	if !k.Local.IsValid() {
		return badKey(tables.ConfigBfdMultiHop, k, "has no local address, which a session of several hops needs")
	}
	return bfdPeer(tx, k, r, true)
}

func bfdPeer(tx *engine.Tx, k tables.BfdPeerKey, r tables.BfdPeerRow, multihop bool) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	peer := frr.BfdPeer(k.Remote, k.Local, vrfName(k.Vrf), k.Interface, multihop)
	o := &options{frrLines: f, after: []engine.Key{f.want(peer.Is())}}
	in := frr.Block{Daemon: frr.Bfdd, Context: peer.Inside()}
	number(o, in.Line("detect-multiplier"), r.Multiplier)
	number(o, in.Line("transmit-interval"), r.TxInterval)
	number(o, in.Line("receive-interval"), r.RxInterval)
	if !multihop {
		number(o, in.Line("echo receive-interval"), r.EchoRx)
		o.flag(in.Line("echo-mode"), r.Echo)
	}
	if r.Enabled != nil {
		o.add(in.Line("shutdown").On(!*r.Enabled))
	}
	return f.err
}
