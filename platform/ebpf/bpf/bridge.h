#ifndef BRIDGE_H
#define BRIDGE_H

static __always_inline bool has(const __u64 *set, __u32 port)
{
	return set[(port / 64) % PORT_WORDS] >> (port % 64) & 1;
}

/* tag_for is the tag that a VLAN's frames have on a member. */
static __always_inline __u32 tag_for(struct vlan *v, struct frame *f, __u32 port)
{
	if (has(v->tagged, port))
		return f->vid | (__u32)f->pcp << 13;
	if (has(v->priority, port))
		return (__u32)f->pcp << 13;
	return NO_TAG;
}

/* flood_word sends copies of the frame, as it is now, to a word of the members that take frames in this form: 0 untagged, 1 tagged, 2
 * priority-tagged. */
__noinline int flood_word(struct __sk_buff *skb, struct frame *f, __u32 word, __u32 form)
{
	if (!f)
		return 0;
	__u32 vid = f->vid;
	struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
	if (!v)
		return 0;
	word %= PORT_WORDS;
	__u64 set = v->member[word];
	if (form == 0)
		set &= ~(v->tagged[word] | v->priority[word]);
	else
		set &= form == 1 ? v->tagged[word] : v->priority[word];
	if (f->logical / 64 == word)
		set &= ~(1ull << (f->logical % 64));
	for (int i = 0; i < 64 && set; i++) {
		egress(skb, f, word * 64 + lowest(set), NO_TAG, 1);
		set &= set - 1;
	}
	return 0;
}

/* any tells whether a set of members is not empty. */
static __always_inline bool any(const __u64 *set)
{
	__u64 all = 0;
	for (int i = 0; i < PORT_WORDS; i++)
		all |= set[i];
	return all;
}

/* flood sends a frame to all other members of its VLAN. */
__noinline int flood(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 vid = f->vid;
	struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
	if (!v)
		return drop(skb, f->in, DROP_VLAN);
	__u32 flag = f->multicast == 0 ? VLAN_FLOOD_UC : f->multicast == 1 ? VLAN_FLOOD_MC : VLAN_FLOOD_BC;
	if (!(v->flags & flag))
		return drop(skb, f->in, DROP_FLOOD);
	__u32 in = f->in;
	struct storm *storm = bpf_map_lookup_elem(&storms, &in);
	if (storm && storm->policer[f->multicast & 3] && !police(skb, storm->policer[f->multicast & 3]))
		return drop(skb, f->in, DROP_POLICED);
	spread(skb, f, true);
	for (int i = 0; i < PORT_WORDS; i++)
		if (v->member[i])
			flood_word(skb, f, i, 0);
	if (any(v->tagged)) {
		if (bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), f->vid | (__u32)f->pcp << 13))
			return TC_ACT_SHOT;
		for (int i = 0; i < PORT_WORDS; i++)
			if (v->tagged[i])
				flood_word(skb, f, i, 1);
		bpf_skb_vlan_pop(skb);
	}
	if (any(v->priority)) {
		if (bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), (__u32)f->pcp << 13))
			return TC_ACT_SHOT;
		for (int i = 0; i < PORT_WORDS; i++)
			if (v->priority[i])
				flood_word(skb, f, i, 2);
	}
	if (v->flags & VLAN_OVERLAY && f->logical < TUNNEL_PORT) { /* not from one tunnel to another */
		if (any(v->priority))
			bpf_skb_vlan_pop(skb);
		return NEXT_TUNNELS;
	}
	return TC_ACT_SHOT; /* the copies have left */
}

static __always_inline __u32 seconds(void) { return bpf_ktime_get_coarse_ns() / 1000000000ull; }

/* learn notes where a source address is. What it finds out goes to user space as an event; one that is lost there is found again by the sweep. */
static __always_inline void learn(struct __sk_buff *skb, struct frame *f, const __u8 *src)
{
	struct fdb_key k = {.vid = f->vid};
	copy_mac(k.mac, src);
	__u32 now = seconds(), kind = EVENT_LEARNED;
	struct fdb_entry *known = bpf_map_lookup_elem(&fdb, &k);
	if (known) {
		if (known->flags & FDB_STATIC && (!(known->flags & FDB_MOVABLE) || known->port == f->logical))
			return;
		if (known->seen != now)
			known->seen = now;
		if (known->port == f->logical)
			return;
		if (known->flags & FDB_STATIC)
			*(__u32 *)known = f->logical; /* and no flags: what was told elsewhere is learned now */
		else
			known->port = f->logical;
		kind = EVENT_MOVED;
	} else {
		struct fdb_entry new = {.port = f->logical, .seen = now};
		if (bpf_map_update_elem(&fdb, &k, &new, BPF_NOEXIST))
			return;
	}
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return;
	e->kind = kind;
	e->vid = f->vid;
	e->port = f->logical;
	copy_mac(e->mac, k.mac);
	bpf_ringbuf_submit(e, 0);
}

/* bridge sends a frame to where its destination address is in its VLAN, or to all. */
__noinline int bridge(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	if (f->multicast)
		return flood(skb, f);
	void *start = PACKET_START(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	struct fdb_key k = {.vid = f->vid};
	copy_mac(k.mac, e->dst);
	struct fdb_entry *to = bpf_map_lookup_elem(&fdb, &k);
	if (!to)
		return flood(skb, f);
	if (to->flags & (FDB_DROP | FDB_TRAP)) {
		if (to->flags & FDB_DROP)
			return drop(skb, f->in, DROP_FDB);
		return punt(skb, f, TRAP_UNICAST);
	}
	if (to->port == f->logical || (to->port >= TUNNEL_PORT && f->logical >= TUNNEL_PORT))
		return drop(skb, f->in, DROP_SAME_PORT);
	if (to->port >= TUNNEL_PORT) {
		f->tunnel = to->port - TUNNEL_PORT;
		f->vtep = 0;
		return NEXT_ENCAP;
	}
	__u32 vid = f->vid;
	struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
	if (!v || !has(v->member, to->port))
		return drop(skb, f->in, DROP_VLAN);
	return egress(skb, f, to->port, tag_for(v, f, to->port), 0);
}

#endif
