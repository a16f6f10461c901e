#ifndef PUNT_H
#define PUNT_H

/* refused is why a trap does not let a frame through to the CPU, 0 if it does, which counts it. */
static __always_inline __u32 refused(struct __sk_buff *skb, __u32 trap)
{
	__u32 zero = 0;
	struct global *c = bpf_map_lookup_elem(&config, &zero);
	if (!c || c->trap[trap & 31] == ACTION_DROP)
		return DROP_TRAP;
	if (c->policer[trap & 31] && !police(skb, c->policer[trap & 31]))
		return DROP_POLICED;
	struct trap_counters *n = bpf_map_lookup_elem(&trap_counts, &trap);
	if (n) {
		n->packets += segments(skb);
		n->bytes += skb->len;
	}
	return 0;
}

/* host_of is where the frames of a router interface, or else of a port, reach the kernel. */
static __always_inline __u32 host_of(struct frame *f)
{
	__u32 rif = f->rif, port = f->in;
	if (rif) {
		struct rif *r = bpf_map_lookup_elem(&rifs, &rif);
		if (r && r->hostif)
			return r->hostif;
	}
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	return p ? p->hostif : 0;
}

/* punt hands the frame, which has no tag any more, to the kernel's side of a host interface. The trap counts what arrives. */
__noinline int punt(struct __sk_buff *skb, struct frame *f, __u32 trap)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 to = host_of(f);
	if (!to)
		return drop(skb, f->in, DROP_NO_HOSTIF);
	__u32 why = refused(skb, trap);
	if (why)
		return drop(skb, f->in, why);
	return bpf_redirect(to, 0);
}

/* punt_copy hands a copy to a host interface; the frame goes on. */
static __always_inline void punt_copy(struct __sk_buff *skb, __u32 to, __u32 trap)
{
	if (to && !refused(skb, trap))
		bpf_clone_redirect(skb, to, 0);
}

/* control_trap classifies what is sent to many: which trap it is, 0 if it is data. */
static __always_inline __u32 control_trap(struct __sk_buff *skb, struct frame *f)
{
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > end)
		return 0;
	if (f->proto == ETH_ARP)
		return TRAP_ARP;
	if (f->proto == ETH_IP) {
		struct ip4 *ip = start + ETH_HEADER;
		if ((void *)(ip + 1) > end)
			return 0;
		__be16 *ports = ip->protocol == L4_UDP ? segment4(ip) : 0;
		if (ports && (void *)(ports + 2) <= end && (ports[1] == bpf_htons(67) || ports[1] == bpf_htons(68)))
			return TRAP_DHCP;
		if (f->multicast == 2)
			return TRAP_BROADCAST;
		return (bpf_ntohl(ip->dst) & 0xffffff00) == 0xe0000000 ? TRAP_MULTICAST : 0;
	}
	if (f->proto == ETH_IP6) {
		struct ip6 *ip = start + ETH_HEADER;
		if ((void *)(ip + 1) > end)
			return 0;
		if (ip->next == L4_ICMP6) {
			__u8 *type = (void *)(ip + 1);
			if ((void *)(type + 1) <= end && *type >= 133 && *type <= 137)
				return TRAP_ND;
		}
		__be16 *ports = (void *)(ip + 1);
		if (ip->next == L4_UDP && (void *)(ports + 2) <= end && (ports[1] == bpf_htons(546) || ports[1] == bpf_htons(547)))
			return TRAP_DHCP;
		/* Scopes up to the link: ff00, ff01 and ff02. */
		__u32 scope = bpf_ntohl(ip->dst[0]) & 0xff0f0000;
		return scope >= 0xff000000 && scope <= 0xff020000 ? TRAP_MULTICAST : 0;
	}
	return f->multicast == 2 ? TRAP_BROADCAST : 0;
}

#endif
