package cfgmgr

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// prefixWord is FRR's word for the family of a set: ip or ipv6.
func prefixWord(tx *engine.Tx, set tables.Word) string {
	if r, _ := engine.Get(tx, tables.ConfigPrefixSet, set); r.Mode == tables.PrefixIPv6 {
		return "ipv6"
	}
	return "ip"
}

// prefixSet is a prefix list with its description. Its entries come from PREFIX.
func prefixSet(tx *engine.Tx, name tables.Word, r tables.PrefixSetRow) error {
	if !speaksFrrcfgd(tx) || r.Description == "" {
		return nil
	}
	f := &frrLines{tx: tx}
	f.want(frr.PrefixList{Daemon: frr.Bgpd, Name: string(name), IPv6: r.Mode == tables.PrefixIPv6}.Description(string(r.Description)))
	return f.err
}

// prefix is an entry of a prefix list.
func prefix(tx *engine.Tx, k tables.PrefixKey, r tables.PrefixRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	set, known := engine.Get(tx, tables.ConfigPrefixSet, k.Set)
	ipv6 := k.Prefix.Addr().Is6()
	bits := uint8(k.Prefix.Bits())
	switch {
	case known && ipv6 != (set.Mode == tables.PrefixIPv6):
		return badKey(tables.ConfigPrefix, k, "has a prefix that is not of its set's mode")
	case k.Range != tables.LengthRange{} && k.Range.Least < bits, int(k.Range.Most) > k.Prefix.Addr().BitLen():
		return badKey(tables.ConfigPrefix, k, "has a range of lengths that its prefix cannot have")
	}
	l := frr.PrefixList{Daemon: frr.Bgpd, Name: string(k.Set), IPv6: ipv6, Sequence: k.Sequence}
	if l.Sequence == 0 && r.Sequence != nil {
		l.Sequence = *r.Sequence
	}
	if l.Sequence == 0 {
		l.Sequence = unnumbered(tx, k)
	}
	least, most := k.Range.Least, k.Range.Most
	if least == bits {
		least = 0 // which FRR takes for granted
	}
	if most == bits {
		most = 0
	}
	f := &frrLines{tx: tx}
	f.want(l.Line(!bool(r.Action), k.Prefix, least, most))
	return f.err
}

// unnumbered is a sequence number for an entry without one, behind all numbered ones: steps of 5 from 100,000 in the order of the keys. An entry that
// comes between others moves those behind it.
func unnumbered(tx *engine.Tx, k tables.PrefixKey) uint32 {
	n := uint32(100000)
	for other, r := range engine.Each(tx, tables.ConfigPrefix) {
		switch {
		case other == k:
			return n
		case other.Set == k.Set && other.Sequence == 0 && r.Sequence == nil:
			n += 5
		}
	}
	return n
}

// communitySet is a list of communities: one entry with all of them, or an entry for each if one is enough.
func communitySet(tx *engine.Tx, name tables.Word, r tables.CommunitySetRow) error {
	set := frr.StandardCommunities
	if r.Type == tables.SetExpanded {
		set = frr.ExpandedCommunities
	}
	return attributeSet(tx, tables.ConfigCommunitySet, name, r, set, communities(r.Members))
}

// extCommunitySet is a list of extended communities.
func extCommunitySet(tx *engine.Tx, name tables.Word, r tables.CommunitySetRow) error {
	set := frr.StandardExtendedCommunities
	members := make([]string, len(r.Members))
	for i, c := range r.Members {
		members[i] = string(c)
		if r.Type == tables.SetExpanded {
			continue
		}
		kind, value, ok := extendedCommunity(members[i])
		if !ok {
			return badField(tables.ConfigExtCommunitySet, name, "community_member", c, "has neither the form route-target:N:N nor route-origin:N:N")
		}
		members[i] = kind + " " + value
	}
	if r.Type == tables.SetExpanded {
		set = frr.ExpandedExtendedCommunities
	}
	return attributeSet(tx, tables.ConfigExtCommunitySet, name, r, set, members)
}

func attributeSet(tx *engine.Tx, t db.Table[tables.Word, tables.CommunitySetRow], name tables.Word, r tables.CommunitySetRow, set string, members []string) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if len(members) == 0 {
		return badField(t, name, "community_member", "", "is missing")
	}
	f := &frrLines{tx: tx}
	entries := [][]string{members}
	if r.Match == tables.MatchAny {
		entries = slices.Collect(slices.Chunk(members, 1))
	}
	for i, e := range entries {
		f.want(frr.SetEntry(set, string(name), uint32(i+1)*5, !bool(r.Action), e...))
	}
	return f.err
}

// asPathSet is a list of regular expressions of AS paths.
func asPathSet(tx *engine.Tx, name tables.Word, r tables.ASPathSetRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if len(r.Members) == 0 {
		return badField(tables.ConfigASPathSet, name, "as_path_set_member", "", "is missing")
	}
	f := &frrLines{tx: tx}
	for i, m := range r.Members {
		f.want(frr.SetEntry(frr.ASPaths, string(name), uint32(i+1)*5, !bool(r.Action), string(m)))
	}
	return f.err
}
