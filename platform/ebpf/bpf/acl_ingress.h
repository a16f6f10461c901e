#ifndef ACL_INGRESS_H
#define ACL_INGRESS_H

/* acl_ingress does what access lists say of a frame that has come in: NEXT_ROUTE lets it go on, whatever follows. */
__noinline int acl_ingress(struct __sk_buff *skb, struct frame *f, __u32 group)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 said = acl(skb, f, group, 0);
	if (said & ACL_COPY)
		punt_copy(skb, host_of(f), TRAP_ACL);
	if (said & ACL_DROP)
		return drop(skb, f->in, DROP_ACL);
	f->redirect = said & ACL_TARGET;
	return f->redirect ? NEXT_REDIRECT : NEXT_ROUTE;
}

/* acl_redirect sends a frame where an access list wants it. To a port it goes as it came, with its tag; to a next hop it is routed, if it is a packet that can be. */
__noinline int acl_redirect(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 to = f->redirect;
	if (to >> LEAF_TYPE == ACL_TO_PORT)
		return egress(skb, f, to & LEAF_ID, f->tagged ? f->vid | (__u32)f->pcp << 13 : 0xffff, 0);
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	__u32 ttl = 0;
	if (f->proto == ETH_IP && (void *)(ip + 1) <= end)
		ttl = ip->ttl;
	else if (f->proto == ETH_IP6 && (void *)(ip6 + 1) <= end)
		ttl = ip6->hops;
	if (ttl <= 1)
		return drop(skb, f->in, DROP_ACL);
	return forward(skb, f, resolve(skb, f, to));
}

#endif
