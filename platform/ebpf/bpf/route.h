#ifndef ROUTE_H
#define ROUTE_H

/* fib4 looks an IPv4 address up: the default virtual router in the 16-8-8 trie, others in the LPM trie. */
__noinline __u32 fib4(__u32 vrf, __be32 dst)
{
	if (vrf) {
		struct route4_key k = {.bits = 64, .vrf = bpf_htonl(vrf)};
		__builtin_memcpy(k.addr, &dst, 4);
		__u32 *leaf = bpf_map_lookup_elem(&routes4, &k);
		return leaf ? *leaf : 0;
	}
	__u32 addr = bpf_ntohl(dst), word = addr >> 17;
	__u32 *slots = bpf_map_lookup_elem(&root, &word);
	if (!slots)
		return 0;
	__u32 s = slots[addr >> 16 & 1];
	for (int shift = 8; shift >= 0 && s & LEAF_CHILD; shift -= 8) {
		__u32 page = (s & LEAF_ID) / PAGE_CHUNKS, chunk = s % PAGE_CHUNKS;
		void *inner = bpf_map_lookup_elem(&pages, &page);
		if (!inner)
			return 0;
		struct chunk *c = bpf_map_lookup_elem(inner, &chunk);
		if (!c)
			return 0;
		s = c->slot[addr >> shift & 255];
	}
	return s & LEAF_CHILD ? 0 : s;
}

/* resolve turns a leaf into a next hop, 0 if it is none. */
static __always_inline __u32 resolve(struct __sk_buff *skb, struct frame *f, __u32 leaf)
{
	__u32 id = leaf & LEAF_ID;
	if ((leaf >> LEAF_TYPE & 7) == LEAF_NEXTHOP)
		return id;
	struct group *g = bpf_map_lookup_elem(&groups, &id);
	if (!g)
		return 0;
	return g->bucket[spread(skb, f, false) % BUCKETS];
}

/* step_down takes one off the TTL or hop limit. */
static __always_inline bool step_down(struct __sk_buff *skb, struct frame *f)
{
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	if (f->proto == ETH_IP) {
		struct ip4 *ip = start + ETH_HEADER;
		if ((void *)(ip + 1) > end)
			return false;
		__u32 sum = ip->check + bpf_htons(0x0100);
		ip->check = sum + (sum >= 0xffff);
		ip->ttl--;
		return true;
	}
	struct ip6 *ip = start + ETH_HEADER;
	if ((void *)(ip + 1) > end)
		return false;
	ip->hops--;
	/* IPv6 has no header checksum, so one over the whole packet (CHECKSUM_COMPLETE) has to follow. */
	bpf_csum_update(skb, bpf_htons(0xfffe));
	return true;
}

/* forward_tunnel sends a packet to a router behind another VTEP. */
static __always_inline int forward_tunnel(struct __sk_buff *skb, struct frame *f, __u32 hop)
{
	struct nexthop *n = bpf_map_lookup_elem(&nexthops, &hop);
	__u32 tunnel = n ? n->tunnel : 0;
	struct tunnel *t = bpf_map_lookup_elem(&tunnels, &tunnel);
	if (!n || !t || !step_down(skb, f))
		return drop(skb, f->in, DROP_FAULT);
	void *start = PACKET_START(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	copy_mac(e->dst, n->mac);
	copy_mac(e->src, t->mac);
	f->tunnel = tunnel;
	f->vni = n->vni;
	__builtin_memcpy(&f->vtep, n->ip + 12, 4);
	return NEXT_ENCAP;
}

/* tunnel_end is the tunnel that a packet to the switch itself comes out of; 0 if it comes out of none. A fragment or a packet with options is the kernel's. */
static __always_inline __u32 tunnel_end(struct ip4 *ip, void *end, __u32 vrf)
{
	__be16 *ports = (void *)(ip + 1);
	if (ip->protocol != L4_UDP || ip->version_ihl != 0x45 || ip->frag & bpf_htons(0x3fff) || (void *)(ports + 2) > end || ports[1] != bpf_htons(4789))
		return 0;
	struct term_key k = {.vrf = vrf, .dst = ip->dst, .src = ip->src};
	__u32 *tunnel = bpf_map_lookup_elem(&terms, &k);
	if (!tunnel) {
		k.src = 0;
		tunnel = bpf_map_lookup_elem(&terms, &k);
	}
	return tunnel ? *tunnel : 0;
}

/* forward sends a packet to a next hop. */
__noinline int forward(struct __sk_buff *skb, struct frame *f, __u32 hop)
{
	if (!f)
		return TC_ACT_SHOT;
	struct nexthop *n = bpf_map_lookup_elem(&nexthops, &hop);
	if (!n || !hop)
		return drop(skb, f->in, DROP_NO_MEMBER);
	if (n->flags & NH_DROP)
		return drop(skb, f->in, DROP_NEIGHBOR);
	if (!(n->flags & NH_RESOLVED) || n->flags & NH_TRAP)
		return punt(skb, f, TRAP_GLEAN);
	if (n->flags & NH_TUNNEL)
		return forward_tunnel(skb, f, hop);
	__u32 out = n->rif;
	struct rif *r = bpf_map_lookup_elem(&rifs, &out);
	if (!r || !r->type)
		return drop(skb, f->in, DROP_RIF_DOWN);
	if (payload(skb, f) > r->mtu)
		return punt(skb, f, TRAP_MTU);
	if (!step_down(skb, f))
		return drop(skb, f->in, DROP_FAULT);
	void *start = PACKET_START(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	copy_mac(e->dst, n->mac);
	copy_mac(e->src, r->mac);
	f->multicast = cast(n->mac);
	struct hop_counters *c = bpf_map_lookup_elem(&hop_counts, &hop);
	if (c) {
		c->packets += segments(skb);
		c->bytes += skb->len;
	}
	count_rif(skb, out, false);
	f->vid = r->vid; /* 0: none */
	if (r->type == RIF_VLAN) {
		f->logical = 0; /* back to where it came from is allowed */
		f->rif = 0;
		return NEXT_BRIDGE;
	}
	return egress(skb, f, r->port, r->type == RIF_SUB ? r->vid | (__u32)f->pcp << 13 : NO_TAG, 0);
}

/* by_leaf does what a route says. ttl is the packet's, host its bits behind the route's prefix: ~0 if all are set. */
__noinline int by_leaf(struct __sk_buff *skb, struct frame *f, __u32 leaf, __u32 ttl)
{
	if (!f)
		return TC_ACT_SHOT;
	switch (leaf >> LEAF_TYPE & 7) {
	case LEAF_NEXTHOP:
	case LEAF_GROUP:
		if (ttl <= 1)
			return punt(skb, f, TRAP_TTL);
		return forward(skb, f, resolve(skb, f, leaf));
	case LEAF_DROP:
		return drop(skb, f->in, DROP_BLACKHOLE);
	case LEAF_ME:
		return punt(skb, f, TRAP_IP2ME);
	case LEAF_CONNECTED:
		return punt(skb, f, ttl <= 1 ? TRAP_TTL : TRAP_GLEAN);
	case LEAF_TRAP:
		return punt(skb, f, TRAP_ROUTE);
	}
	return drop(skb, f->in, DROP_NO_ROUTE);
}

/* is_bgp tells BGP by its port. */
static __always_inline bool is_bgp(__u8 proto, __be16 *ports, void *end)
{
	return proto == L4_TCP && ports && (void *)(ports + 2) <= end && (ports[0] == bpf_htons(179) || ports[1] == bpf_htons(179));
}

__noinline int route4(struct __sk_buff *skb, struct frame *f, __u32 vrf)
{
	if (!f)
		return TC_ACT_SHOT;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct ip4 *ip = start + ETH_HEADER;
	if ((void *)(ip + 1) > end || ip->version_ihl >> 4 != 4)
		return drop(skb, f->in, DROP_IP_HEADER);
	__u32 header = (ip->version_ihl & 15) * 4, len = bpf_ntohs(ip->len), room = skb->len - ETH_HEADER;
	if (header < sizeof(*ip) || header > room || (!skb->gso_size && (len < header || len > room)))
		return drop(skb, f->in, DROP_IP_HEADER);
	if (header == sizeof(*ip) && !sums_up(ip)) /* the kernel sees those with options */
		return drop(skb, f->in, DROP_IP_HEADER);
	__u32 src = bpf_ntohl(ip->src), dst = bpf_ntohl(ip->dst);
	if (src >> 28 == 14 || src >> 24 == 127 || src == 0xffffffff || dst >> 24 == 127 || dst >> 24 == 0)
		return drop(skb, f->in, DROP_MARTIAN);
	if (dst >> 28 == 14)
		return punt(skb, f, TRAP_MULTICAST);
	if (dst == 0xffffffff)
		return punt(skb, f, TRAP_BROADCAST);
	__u32 leaf = fib4(vrf, ip->dst);
	__u32 type = leaf >> LEAF_TYPE & 7;
	if (type == LEAF_ME) {
		if (is_bgp(ip->protocol, segment4(ip), end))
			return punt(skb, f, TRAP_BGP);
		__u32 tunnel = f->logical < TUNNEL_PORT ? tunnel_end(ip, end, vrf) : 0;
		if (tunnel) {
			f->tunnel = tunnel;
			return NEXT_DECAP;
		}
	}
	if (type == LEAF_CONNECTED) {
		__u32 depth = leaf >> LEAF_DEPTH & 63;
		if (depth && depth < 31 && (dst | 0xffffffffu << (32 - depth) % 32) == 0xffffffff)
			return drop(skb, f->in, DROP_DIRECTED_BROADCAST);
	}
	if (header > sizeof(*ip) && (type == LEAF_NEXTHOP || type == LEAF_GROUP))
		return punt(skb, f, TRAP_OPTIONS);
	return by_leaf(skb, f, leaf, ip->ttl);
}

__noinline int route6(struct __sk_buff *skb, struct frame *f, __u32 vrf)
{
	if (!f)
		return TC_ACT_SHOT;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct ip6 *ip = start + ETH_HEADER;
	if ((void *)(ip + 1) > end || (*(__u8 *)ip) >> 4 != 6 || (bpf_ntohs(ip->len) + 40 > skb->len - ETH_HEADER && !skb->gso_size))
		return drop(skb, f->in, DROP_IP_HEADER);
	bool nobody = !ip->src[0] && !ip->src[1] && !ip->src[2] && !ip->src[3];
	if (*(__u8 *)ip->src == 0xff || (!ip->dst[0] && !ip->dst[1] && !ip->dst[2] && (ip->dst[3] == bpf_htonl(1) || !ip->dst[3])) ||
	    (!ip->src[0] && !ip->src[1] && !ip->src[2] && ip->src[3] == bpf_htonl(1)))
		return drop(skb, f->in, DROP_MARTIAN);
	if (*(__u8 *)ip->dst == 0xff)
		return punt(skb, f, TRAP_MULTICAST);
	if ((bpf_ntohl(ip->dst[0]) & 0xffc00000) == 0xfe800000) {
		__u8 *icmp = (void *)(ip + 1);
		if (ip->next == L4_ICMP6 && (void *)(icmp + 1) <= end && *icmp >= 133 && *icmp <= 137)
			return punt(skb, f, TRAP_ND);
		return punt(skb, f, is_bgp(ip->next, (void *)(ip + 1), end) ? TRAP_BGP : TRAP_IP2ME);
	}
	struct route6_key k = {.bits = 160, .vrf = bpf_htonl(vrf)};
	__builtin_memcpy(k.addr, ip->dst, 16);
	__u32 *leaf = bpf_map_lookup_elem(&routes6, &k);
	if (!leaf)
		return drop(skb, f->in, DROP_NO_ROUTE);
	__u32 type = *leaf >> LEAF_TYPE & 7;
	if ((nobody || (bpf_ntohl(ip->src[0]) & 0xffc00000) == 0xfe800000) &&
	    (type == LEAF_NEXTHOP || type == LEAF_GROUP || type == LEAF_CONNECTED)) /* stays on its link (RFC 4291 2.5.2, 2.5.6) */
		return drop(skb, f->in, DROP_MARTIAN);
	if (type == LEAF_ME) {
		__u8 *icmp = (void *)(ip + 1);
		if (ip->next == L4_ICMP6 && (void *)(icmp + 1) <= end && *icmp >= 133 && *icmp <= 137)
			return punt(skb, f, TRAP_ND);
		if (is_bgp(ip->next, (void *)(ip + 1), end))
			return punt(skb, f, TRAP_BGP);
	}
	return by_leaf(skb, f, *leaf, ip->hops);
}

/* route takes a frame of a router interface: one sent to its MAC address, or to many on a routed port. */
__noinline int route(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 id = f->rif;
	struct rif *r = bpf_map_lookup_elem(&rifs, &id);
	if (!r || !r->type)
		return drop(skb, f->in, DROP_RIF_DOWN);
	count_rif(skb, id, true);
	if (f->multicast) {
		__u32 trap = control_trap(skb, f);
		return trap ? punt(skb, f, trap) : drop(skb, f->in, DROP_PROTOCOL);
	}
	if (f->proto == ETH_IP)
		return r->flags & RIF_V4 ? route4(skb, f, r->vrf) : drop(skb, f->in, DROP_RIF_DOWN);
	if (f->proto == ETH_IP6)
		return r->flags & RIF_V6 ? route6(skb, f, r->vrf) : drop(skb, f->in, DROP_RIF_DOWN);
	if (f->proto == ETH_ARP)
		return punt(skb, f, TRAP_ARP);
	return punt(skb, f, TRAP_UNICAST);
}

#endif
