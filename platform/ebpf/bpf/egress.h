#ifndef EGRESS_H
#define EGRESS_H

/* DIRECT_HOPS is how often a frame may be handed over directly before it passes a receive queue again: within one run of the kernel it would go round
 * a loop of switches for ever. tc_index, which nobody else uses, goes with a frame from switch to switch. */
#define DIRECT_HOPS 16

/* leave sends the frame out of a netdev. What is sent to many, or sent as a copy, always goes by the queue. */
static __always_inline int leave(struct __sk_buff *skb, struct frame *f, struct port *p)
{
	if (p->flags & PORT_DIRECT && !(f->multicast | f->tunnel) && skb->tc_index < DIRECT_HOPS) {
		skb->tc_index++;
		if (skb->pkt_type != PACKET_HOST)
			bpf_skb_change_type(skb, PACKET_HOST);
		return bpf_redirect_peer(p->ifindex, 0);
	}
	skb->tc_index = 0;
	return bpf_redirect(p->ifindex, 0);
}

/* egress sends the frame out of a logical port, with the tag tci, or none if that is NO_TAG. copy sends a
 * copy of the frame as it is, and leaves the frame with the caller. */
__noinline int egress(struct __sk_buff *skb, struct frame *f, __u32 port, __u32 tci, __u32 copy)
{
	if (!f)
		return TC_ACT_SHOT;
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	if (!p)
		return drop(skb, f->in, DROP_FAULT);
	__u32 access = p->acl_out;
	port = member(skb, f, port, p);
	if (!port)
		return drop(skb, f->in, DROP_NO_MEMBER);
	p = bpf_map_lookup_elem(&ports, &port);
	if (!p || !(p->flags & PORT_UP) || !p->ifindex)
		return drop(skb, port, DROP_EGRESS_DOWN);
	if (payload(skb, f) > p->mtu)
		return drop(skb, port, DROP_EGRESS_MTU);
	__u32 before = f->mirror_out; /* other copies of the frame do not get what the lists of this port add */
	if ((access | f->late) && acl_egress(skb, f, access, port)) {
		f->mirror_out = before;
		return drop(skb, port, DROP_EGRESS_ACL);
	}
	__u32 sessions = f->mirror_out | p->mirror_out;
	f->mirror_out = before;
	if (tci != NO_TAG && !copy && bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), tci))
		return drop(skb, port, DROP_FAULT);
	if (p->flags & PORT_QUEUES && !queued(skb, f, port))
		return drop(skb, port, DROP_SHAPED);
	if (sessions)
		mirror_to(skb, f, sessions);
	count_tx(skb, port, f->multicast);
	if (copy)
		return bpf_clone_redirect(skb, p->ifindex, 0);
	return leave(skb, f, p);
}

#endif
