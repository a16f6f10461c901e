#ifndef MIRROR_H
#define MIRROR_H

/* Mirror sessions. A copy leaves by the session's port as the frame is, or behind a header. A header needs a frame of its own: the copy is sent back in at the
 * inner end of the port's host interface, with a mark that says which session it is for. Copies leave at once: no access list, mirror or FDB sees them. */

#define MIRROR_MARK 0x6d690000u

/* monitor is the physical port that a session's copies leave by; 0: there is none that can send. Of a LAG it is one, whatever the frame. */
static __always_inline __u32 monitor(struct mirror *m)
{
	__u32 port = m->port;
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	if (p && p->flags & PORT_LAG) {
		struct lag *l = bpf_map_lookup_elem(&lags, &port);
		port = l ? l->bucket[0] : 0;
		p = bpf_map_lookup_elem(&ports, &port);
	}
	return port && p && p->flags & PORT_UP && p->ifindex ? port : 0;
}

/* mirror_copy sends a copy of a frame, as it is now, to a session. */
__noinline int mirror_copy(struct __sk_buff *skb, struct frame *f, __u32 session)
{
	struct mirror *m = bpf_map_lookup_elem(&mirrors, &session);
	if (!f || !m)
		return 0;
	__u32 port = monitor(m), more = m->size ? m->size - ETH_HEADER : 0;
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	if (!port || !p)
		return 0;
	if (payload(skb, f) + more > p->mtu)
		return drop(skb, port, DROP_EGRESS_MTU);
	if (!m->size) {
		count_tx(skb, port, f->multicast);
		bpf_clone_redirect(skb, p->ifindex, 0);
	} else if (p->hostif) {
		skb->mark = MIRROR_MARK | session;
		bpf_clone_redirect(skb, p->hostif, BPF_F_INGRESS);
		skb->mark = 0;
	}
	return 0;
}

/* mirror_to does so for a set of sessions. */
__noinline int mirror_to(struct __sk_buff *skb, struct frame *f, __u32 sessions)
{
	for (int i = 0; i < MAX_MIRRORS && sessions; i++) {
		__u32 next = lowest(sessions);
		mirror_copy(skb, f, next);
		sessions &= sessions - 1;
	}
	return 0;
}

/* mirror_as_came does the same for access lists of the way in, before which the tag was taken off. */
static __always_inline int mirror_as_came(struct __sk_buff *skb, struct frame *f)
{
	bool tagged = f->tagged;
	if (tagged && bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), f->tagged & 0xffff))
		return -1;
	mirror_to(skb, f, f->mirror_in);
	return tagged ? bpf_skb_vlan_pop(skb) : 0;
}

/* seal puts the lengths into the header of a packet of that many bytes. */
static __always_inline void seal(struct __sk_buff *skb, struct mirror *m, __u32 bytes)
{
	if (m->header[ETH_HEADER] >> 4 == 6) {
		__be16 len = bpf_htons(bytes - sizeof(struct ip6));
		bpf_skb_store_bytes(skb, ETH_HEADER + 4, &len, sizeof(len), 0);
		return;
	}
	__be16 len = bpf_htons(bytes > 0xffff ? 0xffff : bytes);
	__u32 sum = *(__be16 *)&m->header[ETH_HEADER + 10] + (__u32)len;
	__be16 check = ~(__u16)((sum & 0xffff) + (sum >> 16));
	bpf_skb_store_bytes(skb, ETH_HEADER + 2, &len, sizeof(len), 0);
	bpf_skb_store_bytes(skb, ETH_HEADER + 10, &check, sizeof(check), 0);
}

#define MIRROR_TAGS 3

/* encapsulate puts a copy behind the header of its session. Its tags become a part of it; a frame with more of them is not copied. */
__noinline int encapsulate(struct __sk_buff *skb, __u32 session)
{
	struct mirror *m = bpf_map_lookup_elem(&mirrors, &session);
	if (!m)
		return TC_ACT_SHOT;
	__u32 size = m->size;
	__u32 port = monitor(m);
	struct port *p = bpf_map_lookup_elem(&ports, &port);
	if (!p || !port || size < ETH_HEADER || size > MIRROR_HEADER)
		return TC_ACT_SHOT;
	struct {
		__be16 tpid, tci;
	} tag[MIRROR_TAGS];
	__u32 tags = 0;
#pragma unroll
	for (int i = 0; i < MIRROR_TAGS; i++) {
		if (!skb->vlan_present)
			break;
		tag[i].tpid = skb->vlan_proto;
		tag[i].tci = bpf_htons(skb->vlan_tci);
		tags++;
		if (bpf_skb_vlan_pop(skb))
			return TC_ACT_SHOT;
	}
	if (skb->vlan_present || bpf_skb_change_head(skb, size + tags * sizeof(tag[0]), 0))
		return TC_ACT_SHOT;
	if (tags) {
		__u8 macs[12];
		if (bpf_skb_load_bytes(skb, size + tags * sizeof(tag[0]), macs, sizeof(macs)))
			return TC_ACT_SHOT;
		bpf_skb_store_bytes(skb, size, macs, sizeof(macs), 0);
#pragma unroll
		for (int i = 0; i < MIRROR_TAGS; i++)
			if (i < tags)
				bpf_skb_store_bytes(skb, size + sizeof(macs) + i * sizeof(tag[0]), &tag[i], sizeof(tag[0]), 0);
	}
	/* Older kernels forget the bounds of a variable that has been on the stack meanwhile. */
	asm volatile("" : "+r"(size));
	if (size < ETH_HEADER || size > MIRROR_HEADER || bpf_skb_store_bytes(skb, 0, m->header, size, 0))
		return TC_ACT_SHOT;
	seal(skb, m, skb->len - ETH_HEADER);
	if (m->tpid && bpf_skb_vlan_push(skb, m->tpid, m->tci))
		return TC_ACT_SHOT;
	skb->mark = 0;
	skb->tc_index = 0;
	count_tx(skb, port, cast(m->header));
	return bpf_redirect(p->ifindex, 0);
}

#endif
