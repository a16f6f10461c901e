#ifndef MEMBER_H
#define MEMBER_H

/* payload is the number of bytes behind the Ethernet header of the largest frame that this one will be on the wire. */
static __always_inline __u32 payload(struct __sk_buff *skb, struct frame *f)
{
	__u32 size = skb->gso_size, l3 = 20, l4 = 8;
	if (f->size_out)
		return f->size_out;
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

#define NO_TAG 0x10000

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

#endif
