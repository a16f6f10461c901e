package objects

import (
	"cmp"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// inOrder sorts the attributes of one update where SAI or SONiC wants an order: attributes are set one by one, and the object works in between.
func inOrder(t sai.ObjectType, attrs []sai.Attribute) {
	var place func(a *sai.Attribute) int
	switch t {
	case sai.ObjectTypePort:
		place = portPlace
	case sai.ObjectTypeLagMember:
		place = lagMemberPlace
	default:
		return
	}
	slices.SortStableFunc(attrs, func(a, b sai.Attribute) int { return cmp.Compare(place(&a), place(&b)) })
}

// portPlace is sonic-contract 4.3's order. A port goes up when all else is set, and down before anything is.
func portPlace(a *sai.Attribute) int {
	order := [...]uint16{
		sai.PortAttrAutoNegMode, sai.PortAttrLinkTrainingEnable, sai.PortAttrSpeed, sai.PortAttrAdvertisedSpeed, sai.PortAttrInterfaceType,
		sai.PortAttrAdvertisedInterfaceType, sai.PortAttrMtu, sai.PortAttrTpid, sai.PortAttrAutoNegFecModeOverride, sai.PortAttrFecMode,
	}
	if a.Meta.ID == sai.PortAttrAdminState {
		if a.Value == any(true) {
			return len(order) + 1
		}
		return -1
	}
	if i := slices.Index(order[:], a.Meta.ID); i >= 0 {
		return i
	}
	return len(order)
}

// lagMemberPlace opens a member for ingress before egress and closes it the other way round: the peer must not send into a closed member, nor we out
// of one that the peer has closed (sonic-contract 4.5).
func lagMemberPlace(a *sai.Attribute) int {
	switch {
	case a.Meta.ID == sai.LagMemberAttrIngressDisable && a.Value == any(false):
		return -1
	case a.Meta.ID == sai.LagMemberAttrIngressDisable:
		return 1
	}
	return 0
}
