#ifndef HASH_H
#define HASH_H

static __always_inline __u32 mix(__u32 h, __u32 v)
{
	v *= 0xcc9e2d51;
	v = v << 15 | v >> 17;
	h ^= v * 0x1b873593;
	h = h << 13 | h >> 19;
	return h * 5 + 0xe6546b64;
}

static __always_inline __u32 finish(__u32 h)
{
	h ^= h >> 16;
	h *= 0x85ebca6b;
	h ^= h >> 13;
	h *= 0xc2b2ae35;
	return h ^ h >> 16;
}

/* flow_hash hashes addresses, protocol and ports of IP, and MAC addresses of anything else. All fragments of a packet hash alike. */
__noinline int flow_hash(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return 0;
	if (f->hash)
		return 0;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	__u32 h = 0x9747b28c;
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	if (f->proto == ETH_IP && (void *)(ip + 1) <= end) {
		h = mix(mix(mix(h, ip->src), ip->dst), ip->protocol);
		__u32 *l4 = (void *)(ip + 1);
		if ((ip->frag & bpf_htons(0x3fff)) == 0 && (ip->version_ihl & 15) == 5 && (ip->protocol == L4_TCP || ip->protocol == L4_UDP) &&
		    (void *)(l4 + 1) <= end)
			h = mix(h, *l4);
	} else if (f->proto == ETH_IP6 && (void *)(ip6 + 1) <= end) {
		for (int i = 0; i < 4; i++)
			h = mix(mix(h, ip6->src[i]), ip6->dst[i]);
		h = mix(h, ip6->next);
		__u32 *l4 = (void *)(ip6 + 1);
		if ((ip6->next == L4_TCP || ip6->next == L4_UDP) && (void *)(l4 + 1) <= end)
			h = mix(h, *l4);
	} else {
		__u32 *mac = start;
		if ((void *)(mac + 3) <= end)
			h = mix(mix(mix(mix(h, mac[0]), mac[1]), mac[2]), f->proto);
	}
	f->hash = h ? h : 1;
	return 0;
}

static __always_inline __u32 seed(bool lag)
{
	__u32 zero = 0;
	struct global *c = bpf_map_lookup_elem(&config, &zero);
	return c ? (lag ? c->lag_seed ^ 0x5bd1e995 : c->ecmp_seed) : 0;
}

#endif
