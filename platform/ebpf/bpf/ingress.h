#ifndef INGRESS_H
#define INGRESS_H

/* l2_control takes what no bridge forwards: 01:80:c2:00:00:00 to 0f. It reaches the host interface of the port, also of a LAG's member. */
static __always_inline __u32 l2_control(struct eth *e, __u16 proto)
{
	const __u16 *dst = (const __u16 *)e->dst;
	if (proto == ETH_LLDP)
		return TRAP_LLDP;
	if (dst[0] != bpf_htons(0x0180) || dst[1] != bpf_htons(0xc200) || (bpf_ntohs(dst[2]) & 0xfff0))
		return 0;
	return proto == ETH_SLOW ? TRAP_LACP : TRAP_L2_CONTROL;
}

/* enter takes a frame into its VLAN: it is routed, or bridged. Control frames that are sent to all in a VLAN reach its host interface as well as the members. */
__noinline int enter(struct __sk_buff *skb, struct frame *f, __u32 learning)
{
	if (!f)
		return TC_ACT_SHOT;
	void *start = PACKET_START(skb);
	struct eth *e = start;
	__u32 vid = f->vid;
	struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
	if (start + sizeof(*e) > PACKET_END(skb) || !v)
		return drop(skb, f->in, DROP_FAULT);
	if (!(v->flags & VLAN_VALID))
		return drop(skb, f->in, DROP_VLAN);
	if (learning && v->flags & VLAN_LEARN)
		learn(skb, f, e->src);
	__u32 id = v->rif;
	if (id && !f->multicast) {
		struct rif *r = bpf_map_lookup_elem(&rifs, &id);
		if (r && same_mac(e->dst, r->mac)) {
			f->rif = id;
			return NEXT_ROUTE;
		}
	}
	if (v->hostif && f->multicast) {
		__u32 trap = control_trap(skb, f);
		if (trap)
			punt_copy(skb, v->hostif, trap);
	}
	return NEXT_BRIDGE;
}

/* front classifies a frame from the wire. */
__noinline int front(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 in = f->in;
	void *start = PACKET_START(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, in, DROP_FAULT);
	f->proto = bpf_ntohs(e->proto);
	f->multicast = cast(e->dst);
	struct port *p = bpf_map_lookup_elem(&ports, &in);
	if (!p || !(p->flags & PORT_UP))
		return drop(skb, in, DROP_ADMIN_DOWN);
	__u32 sessions = p->mirror_in;
	if (sessions) {
		mirror_to(skb, f, sessions);
		start = PACKET_START(skb);
		e = start;
		if (start + sizeof(*e) > PACKET_END(skb))
			return drop(skb, in, DROP_FAULT);
	}
	if (e->src[0] & 1)
		return drop(skb, in, DROP_SOURCE_MAC);
	__u32 tag = 0;
	bool tagged = skb->vlan_present;
	if (tagged) {
		if (skb->vlan_proto != bpf_htons(ETH_VLAN))
			return drop(skb, in, DROP_TAG);
		tag = skb->vlan_tci & 0xfff;
		f->pcp = skb->vlan_tci >> 13 & 7;
	}
	__u32 trap = l2_control(e, f->proto);
	if (trap) {
		if (tagged)
			bpf_skb_vlan_pop(skb);
		return punt(skb, f, trap);
	}
	__u32 logical = p->logical;
	if (p->flags & PORT_CLOSED)
		return drop(skb, in, DROP_LAG_CLOSED);
	struct port *l = bpf_map_lookup_elem(&ports, &logical);
	if (!l)
		return drop(skb, in, DROP_FAULT);
	f->logical = logical;
	if (tag && l->flags & PORT_DROP_TAGGED)
		return drop(skb, in, DROP_TAG);
	if (!tag && l->flags & PORT_DROP_UNTAGGED)
		return drop(skb, in, DROP_UNTAGGED);
	__u32 pvid = l->pvid, flags = l->flags, access = l->acl_in;
	f->late = l->acl_late;
	f->tagged = tagged ? skb->vlan_tci | FRAME_TAGGED : 0;
	f->rif = tag ? 0 : l->rif;
	if (tag && flags & PORT_SUBS) {
		struct sub_key k = {.port = logical, .vid = tag};
		__u32 *rif = bpf_map_lookup_elem(&subs, &k);
		if (rif)
			f->rif = *rif;
	}
	if (tagged && bpf_skb_vlan_pop(skb))
		return drop(skb, in, DROP_FAULT);
	if (p->flags & PORT_CLASSIFY)
		classify(skb, f);
	start = PACKET_START(skb);
	e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, in, DROP_FAULT);
	f->size = skb->len;
	if (access) {
		f->vid = tag ? tag : flags & PORT_BRIDGED ? pvid : 0;
		__u32 said = acl_ingress(skb, f, access);
		if (said != NEXT_ROUTE)
			return said;
		start = PACKET_START(skb);
		e = start;
		if (start + sizeof(*e) > PACKET_END(skb))
			return drop(skb, in, DROP_FAULT);
	}
	if (f->rif) {
		__u32 id = f->rif;
		struct rif *r = bpf_map_lookup_elem(&rifs, &id);
		if (!r || (!f->multicast && !same_mac(e->dst, r->mac)))
			return drop(skb, in, DROP_NOT_ROUTER_MAC);
		return NEXT_ROUTE;
	}
	if (!(flags & PORT_BRIDGED))
		return drop(skb, in, DROP_NOT_BRIDGED);
	__u32 vid = tag ? tag : pvid;
	f->vid = vid;
	struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
	if (!v || !(v->flags & VLAN_VALID) || !has(v->member, logical))
		return drop(skb, in, DROP_VLAN);
	return enter(skb, f, flags & PORT_LEARN);
}

/* inject takes a frame that the kernel sends on a host interface. */
__noinline int inject(struct __sk_buff *skb, struct frame *f, __u32 kind, __u32 port)
{
	if (!f)
		return TC_ACT_SHOT;
	void *start = PACKET_START(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, 0, DROP_FAULT);
	f->proto = bpf_ntohs(e->proto);
	f->multicast = cast(e->dst);
	if (kind == IF_VLAN) {
		__u32 vid = f->vid;
		struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
		if (!v || !(v->flags & VLAN_VALID))
			return drop(skb, 0, DROP_VLAN);
		if (v->rif)
			count_rif(skb, v->rif, false);
		return NEXT_BRIDGE;
	}
	struct sub_key k = {.port = port, .vid = f->vid};
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	__u32 *sub = kind == IF_SUB ? bpf_map_lookup_elem(&subs, &k) : 0;
	if (sub)
		count_rif(skb, *sub, false);
	else if (kind != IF_SUB && p && p->rif)
		count_rif(skb, p->rif, false);
	return egress(skb, f, port, kind == IF_SUB ? f->vid : NO_TAG, 0);
}

#endif
