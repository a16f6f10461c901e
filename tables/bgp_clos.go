package tables

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// The tables of this file are bgpcfgd's, beside BGP_NEIGHBOR and BGP_PEER_RANGE.

// BgpSentinelRow is CONFIG_DB BGP_SENTINELS: probes that connect from some prefixes, and announce what is to be withdrawn.
type BgpSentinelRow struct {
	Name       *Word          `db:"name"` // of the group; without it the key's
	SrcAddress netip.Addr     `db:"src_address,omitempty"`
	Ranges     []netip.Prefix `db:"ip_range,list"`
	BFD        *Truth         `db:"bfd"`
}

// BgpBBRRow is CONFIG_DB BGP_BBR|all (bounce back routing): neighbours may send back routes that have been here already, once.
type BgpBBRRow struct {
	Status Enabled `db:"status,required"`
}

// BgpAggregateAddressRow is CONFIG_DB BGP_AGGREGATE_ADDRESS: a prefix to announce as long as some part of it is known.
type BgpAggregateAddressRow struct {
	BBRRequired      *bool `db:"bbr-required"` // only while BGP_BBR is enabled
	SummaryOnly      *bool `db:"summary-only"`
	ASSet            *bool `db:"as-set"`
	AggregateList    *Word `db:"aggregate-address-prefix-list"`    // a prefix list that the prefix is added to
	ContributingList *Word `db:"contributing-address-prefix-list"` // and one for all that is in it
}

// BgpAggregateStateRow is STATE_DB BGP_AGGREGATE_ADDRESS.
type BgpAggregateStateRow struct {
	BgpAggregateAddressRow
	State BgpAggregateState `db:"state"`
}

// BgpAggregateState is `active` or `inactive`.
type BgpAggregateState bool

// MarshalText implements encoding.TextMarshaler.
func (s BgpAggregateState) MarshalText() ([]byte, error) {
	return []byte(pick(bool(s), "active", "inactive")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *BgpAggregateState) UnmarshalText(b []byte) error {
	return oneOf((*bool)(s), b, "active", "inactive")
}

// BgpPrefixListKey is a prefix and what it is for.
type BgpPrefixListKey struct {
	Use    BgpPrefixUse
	Prefix netip.Prefix
}

// BgpPrefixUse is what a prefix of PREFIX_LIST is for.
type BgpPrefixUse string

// The uses.
const (
	AnchorPrefix   BgpPrefixUse = "ANCHOR_PREFIX"   // announced as a whole by the upper spines
	SuppressPrefix BgpPrefixUse = "SUPPRESS_PREFIX" // in a list that policies refer to
)

// MarshalText implements encoding.TextMarshaler.
func (u BgpPrefixUse) MarshalText() ([]byte, error) { return []byte(u), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *BgpPrefixUse) UnmarshalText(b []byte) error {
	return choose(u, b, AnchorPrefix, SuppressPrefix)
}

// BgpAllowedKey says of which deployment, neighbours and community a list of allowed prefixes is. The last two may be empty.
type BgpAllowedKey struct {
	Deployment   uint32
	NeighborType Word
	Community    Word
}

// The words of such a key.
const (
	deploymentWord   = "DEPLOYMENT_ID"
	neighborTypeWord = "NEIGHBOR_TYPE"
)

// MarshalKey implements db's key codec.
func (k BgpAllowedKey) MarshalKey(sep string) string {
	parts := []string{deploymentWord, strconv.FormatUint(uint64(k.Deployment), 10)}
	if k.NeighborType != "" {
		parts = append(parts, neighborTypeWord, string(k.NeighborType))
	}
	if k.Community != "" {
		parts = append(parts, string(k.Community))
	}
	return strings.Join(parts, sep)
}

// UnmarshalKey implements db's key codec.
func (k *BgpAllowedKey) UnmarshalKey(text, sep string) error {
	parts := strings.Split(text, sep)
	bad := fmt.Errorf("is not %s%sN[%s%s%sTYPE][%sCOMMUNITY]", deploymentWord, sep, sep, neighborTypeWord, sep, sep)
	if len(parts) < 2 || parts[0] != deploymentWord {
		return bad
	}
	id, err := strconv.ParseUint(parts[1], 10, 32)
	if err != nil {
		return bad
	}
	k.Deployment, parts = uint32(id), parts[2:]
	if len(parts) > 0 && parts[0] == neighborTypeWord {
		if len(parts) < 2 || k.NeighborType.UnmarshalText([]byte(parts[1])) != nil {
			return bad
		}
		parts = parts[2:]
	}
	if len(parts) > 1 || len(parts) == 1 && k.Community.UnmarshalText([]byte(parts[0])) != nil {
		return bad
	}
	return nil
}

// BgpAllowedRow is CONFIG_DB BGP_ALLOWED_PREFIXES: what neighbours may announce. Others are marked with a community.
type BgpAllowedRow struct {
	Default *Permit         `db:"default_action"`
	V4      []AllowedPrefix `db:"prefixes_v4,list"`
	V6      []AllowedPrefix `db:"prefixes_v6,list"`
}

// AllowedPrefix is a prefix, and with `le N` or `ge N` some of its subnets; alone it stands for all of them.
type AllowedPrefix struct {
	Prefix      netip.Prefix
	Least, Most uint8 // 0: no bound
}

// MarshalText implements encoding.TextMarshaler.
func (p AllowedPrefix) MarshalText() ([]byte, error) {
	text := p.Prefix.String()
	switch {
	case p.Least != 0:
		text += " ge " + strconv.Itoa(int(p.Least))
	case p.Most != 0:
		text += " le " + strconv.Itoa(int(p.Most))
	}
	return []byte(text), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *AllowedPrefix) UnmarshalText(b []byte) error {
	words := strings.Fields(string(b))
	if len(words) != 1 && len(words) != 3 {
		return errAllowed
	}
	var err error
	if p.Prefix, err = netip.ParsePrefix(words[0]); err != nil {
		return errAllowed
	}
	p.Prefix = p.Prefix.Masked()
	if len(words) == 1 {
		return nil
	}
	n, err := strconv.ParseUint(words[2], 10, 8)
	if err != nil || int(n) < p.Prefix.Bits() || int(n) > p.Prefix.Addr().BitLen() {
		return errAllowed
	}
	switch words[1] {
	case "ge":
		p.Least = uint8(n)
	case "le":
		p.Most = uint8(n)
	default:
		return errAllowed
	}
	return nil
}

// Isolation is the state of a spine that is taken out of the traffic between its leaves (IDF).
type Isolation string

// The states.
const (
	Unisolated          Isolation = "unisolated"
	IsolatedNoExport    Isolation = "isolated_no_export"
	IsolatedWithdrawAll Isolation = "isolated_withdraw_all"
)

// MarshalText implements encoding.TextMarshaler.
func (i Isolation) MarshalText() ([]byte, error) { return []byte(i), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Isolation) UnmarshalText(b []byte) error {
	return choose(i, b, Unisolated, IsolatedNoExport, IsolatedWithdrawAll)
}

// DeviceNeighborRow is CONFIG_DB DEVICE_NEIGHBOR: what a port is said to be wired to. It is kept, and has no effect.
type DeviceNeighborRow struct {
	Name string `db:"name,omitempty"`
	Port string `db:"port,omitempty"`
}

// DeviceNeighborMetadataRow is CONFIG_DB DEVICE_NEIGHBOR_METADATA: what a neighbour is said to be. It is kept, and has no effect.
type DeviceNeighborMetadataRow struct {
	HwSKU  string `db:"hwsku,omitempty"`
	Type   string `db:"type,omitempty"`
	LoAddr string `db:"lo_addr,omitempty"`
	Mgmt   string `db:"mgmt_addr,omitempty"`
}

// The tables of bgpcfgd.
var (
	ConfigBgpMonitor             = db.Define[netip.Addr, BgpNeighborRow](db.Config, "BGP_MONITORS")
	ConfigBgpSentinel            = db.Define[Word, BgpSentinelRow](db.Config, "BGP_SENTINELS")
	ConfigBgpBBR                 = db.Define[string, BgpBBRRow](db.Config, "BGP_BBR")
	ConfigBgpAggregateAddress    = db.Define[netip.Prefix, BgpAggregateAddressRow](db.Config, "BGP_AGGREGATE_ADDRESS")
	StateBgpAggregateAddress     = db.Define[netip.Prefix, BgpAggregateStateRow](db.State, "BGP_AGGREGATE_ADDRESS")
	ConfigBgpPrefixList          = db.Define[BgpPrefixListKey, BgpPrefixListRow](db.Config, "PREFIX_LIST")
	ConfigBgpAllowed             = db.Define[BgpAllowedKey, BgpAllowedRow](db.Config, "BGP_ALLOWED_PREFIXES")
	ConfigDeviceNeighbor         = db.Define[string, DeviceNeighborRow](db.Config, "DEVICE_NEIGHBOR")
	ConfigDeviceNeighborMetadata = db.Define[string, DeviceNeighborMetadataRow](db.Config, "DEVICE_NEIGHBOR_METADATA")
)

// BgpPrefixListRow is CONFIG_DB PREFIX_LIST: being there is all it says.
type BgpPrefixListRow struct{}
