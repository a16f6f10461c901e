#ifndef EGRESS_H
#define EGRESS_H

/* payload is the number of bytes behind the Ethernet header of the largest frame that this one will be on the wire. */
static __always_inline __u32 payload(struct __sk_buff *skb, struct frame *f)
{
	__u32 size = skb->gso_size, l3 = 20, l4 = 8;
	if (!size)
		return skb->len - ETH_HEADER;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	__u8 proto = 0;
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	if (f->proto == ETH_IP6 && (void *)(ip6 + 1) <= end) {
		l3 = 40;
		proto = ip6->next;
	} else if ((void *)(ip + 1) <= end) {
		l3 = (ip->version_ihl & 15) * 4;
		proto = ip->protocol;
	}
	if (proto == L4_TCP) {
		__u8 *doff = start + ETH_HEADER + (l3 & 63) + 12;
		l4 = (void *)(doff + 1) <= end ? (*doff >> 4) * 4 : 20;
	}
	return size + l3 + l4;
}

/* member chooses the physical port that a frame leaves a logical port by; 0 if there is none. */
static __always_inline __u32 member(struct __sk_buff *skb, struct frame *f, __u32 port, struct port *p)
{
	if (!(p->flags & PORT_LAG))
		return port;
	struct lag *l = bpf_map_lookup_elem(&lags, &port);
	if (!l)
		return 0;
	return l->bucket[spread(skb, f, true) % LAG_BUCKETS];
}

/* DIRECT_HOPS is how often a frame may be handed over directly before it passes a receive queue again: within one run of the kernel it would go round
 * a loop of switches for ever. tc_index, which nobody else uses, goes with a frame from switch to switch. */
#define DIRECT_HOPS 16

/* leave sends the frame out of a netdev. What is sent to many, or sent as a copy, always goes by the queue. */
static __always_inline int leave(struct __sk_buff *skb, struct frame *f, struct port *p)
{
	if (p->flags & PORT_DIRECT && !f->multicast && skb->tc_index < DIRECT_HOPS) {
		skb->tc_index++;
		if (skb->pkt_type != PACKET_HOST)
			bpf_skb_change_type(skb, PACKET_HOST);
		return bpf_redirect_peer(p->ifindex, 0);
	}
	skb->tc_index = 0;
	return bpf_redirect(p->ifindex, 0);
}

/* egress sends the frame out of a logical port, with the tag tci, or none if that is 0xffff. copy sends a
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
	if ((access | f->late) && acl_egress(skb, f, access, port))
		return drop(skb, port, DROP_EGRESS_ACL);
	if (tci != 0xffff && !copy && bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), tci))
		return drop(skb, port, DROP_FAULT);
	if (p->flags & PORT_QUEUES && !queued(skb, f, port))
		return drop(skb, port, DROP_SHAPED);
	count_tx(skb, port, f->multicast);
	if (copy)
		return bpf_clone_redirect(skb, p->ifindex, 0);
	return leave(skb, f, p);
}

#endif
