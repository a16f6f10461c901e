#ifndef ACL_INGRESS_H
#define ACL_INGRESS_H

/* acl_ingress does what access lists say of a frame that has come in: NEXT_ROUTE lets it go on, whatever follows. */
__noinline int acl_ingress(struct __sk_buff *skb, struct frame *f, __u32 group)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 said = acl(skb, f, group, 0);
	if (f->mirror_in && mirror_as_came(skb, f))
		return drop(skb, f->in, DROP_FAULT);
	if (said & ACL_COPY)
		punt_copy(skb, host_of(f), TRAP_ACL);
	if (said & ACL_DROP)
		return drop(skb, f->in, DROP_ACL);
	f->redirect = said & ACL_TARGET;
	return f->redirect ? NEXT_REDIRECT : NEXT_ROUTE;
}

/* acl_routable tells whether a next hop can have a packet, which must be of a sound header: 0, or NEXT_ROUTE; or the kernel is to see it, TRAP_OPTIONS. */
static __always_inline __u32 acl_routable(struct __sk_buff *skb, struct frame *f)
{
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	__u32 room = skb->len - ETH_HEADER;
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	if (f->proto == ETH_IP && (void *)(ip + 1) <= end) {
		__u32 header = (ip->version_ihl & 15) * 4, len = bpf_ntohs(ip->len);
		if (ip->version_ihl >> 4 != 4 || ip->ttl <= 1 || header < sizeof(*ip) || header > room || (!skb->gso_size && (len < header || len > room)))
			return 0;
		if (header > sizeof(*ip))
			return TRAP_OPTIONS;
		return sums_up(ip) ? NEXT_ROUTE : 0;
	}
	if (f->proto != ETH_IP6 || (void *)(ip6 + 1) > end || ip6->hops <= 1 || *(__u8 *)ip6 >> 4 != 6)
		return 0;
	return bpf_ntohs(ip6->len) + 40 <= room || skb->gso_size ? NEXT_ROUTE : 0;
}

/* acl_redirect sends a frame where an access list wants it. To a port it goes as it came, with its tag; to a next hop it is routed, if it is a packet that can be. */
__noinline int acl_redirect(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 to = f->redirect;
	if (to >> LEAF_TYPE == ACL_TO_PORT)
		return egress(skb, f, to & LEAF_ID, f->tagged ? f->tagged & 0xffff : NO_TAG, 0);
	__u32 how = acl_routable(skb, f);
	if (!how)
		return drop(skb, f->in, DROP_ACL);
	if (how == TRAP_OPTIONS)
		return punt(skb, f, how);
	return forward(skb, f, resolve(skb, f, to));
}

#endif
