#ifndef ACL_EGRESS_H
#define ACL_EGRESS_H

/* acl_egress tells whether access lists keep a frame from leaving by a port: those of the port, and those of where it came in that look at where it goes. What the
 * switch itself sends passes. */
static __always_inline bool acl_egress(struct __sk_buff *skb, struct frame *f, __u32 group, __u32 port)
{
	if (!f || !f->in)
		return false;
	__u32 said = 0;
	if (group)
		said = acl(skb, f, group, port);
	if (f->late)
		said |= acl(skb, f, f->late, port);
	return said & ACL_DROP;
}

#endif
