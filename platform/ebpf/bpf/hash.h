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

/* all is a word of ones if a field is one of a hash, and otherwise of zeros. */
static __always_inline __u32 all(__u32 fields, __u32 field) { return fields & field ? ~0u : 0; }

/* hash_fields is flow_hash by any fields. Of a frame that has none of them the MAC addresses and the EtherType count. */
__noinline int hash_fields(struct __sk_buff *skb, struct frame *f, __u32 fields)
{
	if (!f)
		return 0;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	__u32 h = 0x9747b28c, has = 0;
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	__u32 src = all(fields, HASH_SRC_IP), dst = all(fields, HASH_DST_IP), proto = 0;
	void *l4 = 0;
	if (f->proto == ETH_IP && (void *)(ip + 1) <= end) {
		h = mix(mix(h, ip->src & src), ip->dst & dst);
		proto = ip->protocol;
		if ((ip->frag & bpf_htons(0x3fff)) == 0 && (ip->version_ihl & 15) == 5)
			l4 = ip + 1;
		has = fields & HASH_FLOW;
	} else if (f->proto == ETH_IP6 && (void *)(ip6 + 1) <= end) {
		for (int i = 0; i < 4; i++)
			h = mix(mix(h, ip6->src[i] & src), ip6->dst[i] & dst);
		proto = ip6->next;
		l4 = ip6 + 1;
		has = fields & HASH_FLOW;
	}
	if (has) {
		h = mix(h, proto & all(fields, HASH_PROTOCOL));
		__u16 *ports = l4;
		if (l4 && (proto == L4_TCP || proto == L4_UDP) && (void *)(ports + 2) <= end)
			h = mix(h, (ports[0] & all(fields, HASH_SPORT)) | (__u32)(ports[1] & all(fields, HASH_DPORT)) << 16);
	}
	__u32 rest = fields & ~HASH_FLOW;
	if (!has && !rest)
		rest = HASH_LINK;
	__u16 *mac = start;
	if (rest & HASH_LINK && (void *)(mac + 6) <= end) {
		__u32 to = all(rest, HASH_DST_MAC), from = all(rest, HASH_SRC_MAC);
		h = mix(mix(mix(h, ((__u32)mac[0] << 16 | mac[1]) & to), mac[2] & to), ((__u32)mac[3] << 16 | mac[4]) & from);
		h = mix(mix(h, mac[5] & from), f->proto & all(rest, HASH_ETHERTYPE));
	}
	h = mix(mix(h, f->vid & all(rest, HASH_VLAN)), f->in & all(rest, HASH_IN_PORT));
	f->hash = h ? h : 1;
	return 0;
}

/* flow_hash hashes addresses, protocol and ports of IP, and MAC addresses of anything else. All fragments of a packet hash alike. */
__noinline int flow_hash(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
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

/* spread is the number by which a member of a group or LAG is chosen. What is known of a frame is kept as long as it is asked for by the same fields. */
static __always_inline __u32 spread(struct __sk_buff *skb, struct frame *f, bool lag)
{
	__u32 zero = 0;
	struct global *c = bpf_map_lookup_elem(&config, &zero);
	if (!c)
		return 0;
	__u32 fields = lag ? c->lag_fields : c->ecmp_fields;
	if (!f->hash || f->hashed != fields) {
		f->hashed = fields;
		if (fields == HASH_FLOW)
			flow_hash(skb, f);
		else
			hash_fields(skb, f, fields);
	}
	return finish(f->hash ^ (lag ? c->lag_seed ^ 0x5bd1e995 : c->ecmp_seed));
}

#endif
