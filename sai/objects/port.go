package objects

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// closed has ports administratively down while something changes that an ASIC does not take otherwise (sonic-contract 4.3). It puts the changes of state
// around the others, and returns the requests with the operation that each is for. Requests of one operation are next to each other and in order.
func (t *Target) closed(ctx context.Context, requests []sai.SetRequest, live []int) ([]sai.SetRequest, []int) {
	var out []sai.SetRequest
	var of []int
	for i := 0; i < len(requests); {
		end := i
		for end < len(requests) && live[end] == live[i] {
			end++
		}
		group := requests[i:end]
		shut := t.mustClose(ctx, group)
		if shut {
			out = append(out, adminState(group[0].Object, false))
		}
		out = append(out, group...)
		if shut {
			out = append(out, adminState(group[0].Object, true))
		}
		for len(of) < len(out) {
			of = append(of, live[i])
		}
		i = end
	}
	return out, of
}

func adminState(port sai.Object, up bool) sai.SetRequest {
	return sai.SetRequest{Object: port, Attr: sai.Attribute{Meta: sai.ObjectTypePort.Meta().Attr(sai.PortAttrAdminState), Value: up}}
}

// mustClose asks how the port is if something changes that needs it down. Where its state changes as well it is down at that time anyway.
func (t *Target) mustClose(ctx context.Context, group []sai.SetRequest) bool {
	disturbs := false
	for _, r := range group {
		switch r.Attr.Meta.ID {
		case sai.PortAttrAdminState:
			return false
		case sai.PortAttrAutoNegMode, sai.PortAttrSpeed, sai.PortAttrAdvertisedSpeed, sai.PortAttrInterfaceType, sai.PortAttrAdvertisedInterfaceType,
			sai.PortAttrFecMode, sai.PortAttrAutoNegFecModeOverride:
			disturbs = true
		}
	}
	if !disturbs {
		return false
	}
	r := t.api.Get(ctx, sai.ObjectTypePort, []sai.GetRequest{{Object: group[0].Object, Attrs: []sai.Attribute{{Meta: sai.ObjectTypePort.Meta().Attr(sai.PortAttrAdminState)}}}})[0]
	return r.Status == sai.StatusSuccess && r.Attrs[0].Value == any(true)
}
