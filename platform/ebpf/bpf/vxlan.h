#ifndef VXLAN_H
#define VXLAN_H

#define VXLAN_PORT 4789
#define VXLAN_VALID bpf_htonl(0x08000000) /* the VNI is valid (RFC 7348) */

struct udp {
	__be16 src, dst, len, check;
};

struct vxlan {
	__be32 flags, vni;
};

/* What a tunnel adds to a frame: it stands behind an Ethernet header of its own. */
struct outer {
	struct eth eth;
	struct ip4 ip;
	struct udp udp;
	struct vxlan vxlan;
} __attribute__((packed));

#define OUTER (sizeof(struct outer))

static __always_inline bool in_tunnels(struct overlay *o, __u32 tunnel)
{
	return o->member[tunnel / 64 % TUNNEL_WORDS] >> (tunnel % 64) & 1;
}

/* fold is the checksum of an IPv4 header whose own is 0. */
static __always_inline __u16 fold(void *ip)
{
	__u32 w[5];
	__builtin_memcpy(w, ip, sizeof(w));
	__u64 sum = (__u64)w[0] + w[1] + w[2] + w[3] + w[4];
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

/* count_tunnel counts what is in a tunnel: the frame without what the tunnel adds. */
static __always_inline void count_tunnel(struct __sk_buff *skb, __u32 tunnel, bool in, __u32 bytes)
{
	struct rif_counters *c = bpf_map_lookup_elem(&tunnel_counts, &tunnel);
	if (!c)
		return;
	if (in) {
		c->rx_packets += segments(skb);
		c->rx_bytes += bytes;
	} else {
		c->tx_packets += segments(skb);
		c->tx_bytes += bytes;
	}
}

/* retype has the kernel take note of the protocol of a super-frame that came out of a tunnel, by which it will cut it: taking a tag out of the frame does
 * that, and older kernels have no other way. */
static __always_inline void retype(struct __sk_buff *skb)
{
	if (!bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), 1) && !bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), 1))
		bpf_skb_vlan_pop(skb);
	bpf_skb_vlan_pop(skb);
}

/* tunnel_in takes a frame out of its tunnel, into its VLAN or to be routed. It is not what came in at the port any more: access lists have seen that. */
__noinline int tunnel_in(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 id = f->tunnel;
	struct outer *o = PACKET_START(skb);
	struct eth *in = (void *)(o + 1);
	struct tunnel *t = bpf_map_lookup_elem(&tunnels, &id);
	if ((void *)(in + 1) > PACKET_END(skb) || !t || o->vxlan.flags != VXLAN_VALID)
		return drop(skb, f->in, DROP_TUNNEL);
	struct vni_key k = {.maps = t->maps, .vni = bpf_ntohl(o->vxlan.vni) >> 8};
	struct vni *n = bpf_map_lookup_elem(&vnis, &k);
	if (!n)
		return drop(skb, f->in, DROP_TUNNEL);
	struct eth e = *in;
	if (bpf_skb_adjust_room(skb, -(__s32)OUTER, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO))
		return drop(skb, f->in, DROP_FAULT);
	header_pull(skb);
	in = PACKET_START(skb);
	if ((void *)(in + 1) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	*in = e;
	f->proto = bpf_ntohs(e.proto);
	f->multicast = cast(e.dst);
	f->logical = TUNNEL_PORT + id;
	f->vid = n->vid;
	f->hash = f->rif = f->late = f->tagged = f->redirect = 0;
	f->pcp = 0;
	f->size = skb->len;
	count_tunnel(skb, id, true, skb->len);
	if (f->proto == ETH_VLAN)
		return drop(skb, f->in, DROP_TAG);
	if (e.src[0] & 1)
		return drop(skb, f->in, DROP_SOURCE_MAC);
	if (skb->gso_size && f->proto == ETH_IP6)
		retype(skb);
	if (n->vid)
		return enter(skb, f, t->flags & TUNNEL_LEARN);
	if (!same_mac(e.dst, t->mac))
		return drop(skb, f->in, DROP_NOT_ROUTER_MAC);
	f->rif = n->rif;
	return NEXT_ROUTE;
}

/* wrap puts the headers of a tunnel around a frame, but for where it goes. It leaves the size of the largest packet that this one will be, which the
 * headers of a super-frame do not tell. */
__noinline int wrap(struct __sk_buff *skb, struct frame *f, __u32 tunnel, __u32 vni)
{
	if (!f)
		return -1;
	void *start = PACKET_START(skb);
	struct eth *in = start;
	struct ip4 *ip = start + ETH_HEADER;
	struct tunnel *t = bpf_map_lookup_elem(&tunnels, &tunnel);
	if ((void *)(in + 1) > PACKET_END(skb) || !t)
		return -1;
	struct eth e = *in;
	__u32 tos = t->dscp << 2, size = payload(skb, f) + OUTER;
	bool packet = f->proto == ETH_IP || f->proto == ETH_IP6;
	if (t->dscp == TUNNEL_UNIFORM) {
		tos = 0;
		if (packet && (void *)(ip + 1) <= PACKET_END(skb))
			tos = f->proto == ETH_IP ? ip->tos & 0xfc : bpf_ntohs(*(__be16 *)ip) >> 4 & 0xfc;
	}
	flow_hash(skb, f);
	__u32 flow = finish(f->hash);
	int failed = -1;
	if (packet)
		failed = bpf_skb_adjust_room(skb, OUTER, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 |
			BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(ETH_HEADER) | BPF_F_ADJ_ROOM_ENCAP_L2_ETH);
	if (failed && !skb->gso_size) /* the kernel knows no other protocols in tunnels, and no tunnels in tunnels; but only super-frames need it to */
		failed = bpf_skb_change_head(skb, OUTER, 0);
	struct outer *o = PACKET_START(skb);
	in = (void *)(o + 1);
	t = bpf_map_lookup_elem(&tunnels, &tunnel);
	if (failed || (void *)(in + 1) > PACKET_END(skb) || !t)
		return -1;
	*in = e;
	o->eth.proto = bpf_htons(ETH_IP);
	o->ip.version_ihl = 0x45;
	o->ip.tos = tos;
	o->ip.len = bpf_htons(skb->len - ETH_HEADER);
	o->ip.id = 0;
	o->ip.frag = bpf_htons(0x4000);
	o->ip.ttl = t->ttl;
	o->ip.protocol = L4_UDP;
	o->ip.src = t->src;
	o->udp.src = bpf_htons(0xc000 | (flow & 0x3fff));
	o->udp.dst = bpf_htons(VXLAN_PORT);
	o->udp.len = bpf_htons(skb->len - ETH_HEADER - sizeof(struct ip4));
	o->udp.check = 0;
	o->vxlan.flags = VXLAN_VALID;
	o->vxlan.vni = bpf_htonl(vni << 8);
	f->size = skb->len;
	f->size_out = size;
	f->proto = ETH_IP;
	f->hash = 0;
	f->pcp = 0;
	return 0;
}

/* underlay sends what is in a tunnel to a VTEP, or with copy a copy of it. A neighbour of a VLAN must be known there. */
__noinline int underlay(struct __sk_buff *skb, struct frame *f, __be32 to, __u32 copy)
{
	if (!f)
		return TC_ACT_SHOT;
	struct outer *o = PACKET_START(skb);
	if ((void *)(o + 1) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	o->ip.dst = to;
	o->ip.check = 0;
	o->ip.check = fold((void *)o + ETH_HEADER);
	__u32 leaf = fib4(0, to), type = leaf >> LEAF_TYPE & 7;
	__u32 hop = type == LEAF_NEXTHOP || type == LEAF_GROUP ? resolve(skb, f, leaf) : 0;
	struct nexthop *n = bpf_map_lookup_elem(&nexthops, &hop);
	if (!hop || !n || (n->flags & (NH_RESOLVED | NH_DROP | NH_TRAP | NH_TUNNEL)) != NH_RESOLVED)
		return drop(skb, f->in, DROP_UNDERLAY);
	__u32 out = n->rif;
	struct rif *r = bpf_map_lookup_elem(&rifs, &out);
	if (!r || !r->type || f->size_out > r->mtu)
		return drop(skb, f->in, DROP_UNDERLAY);
	__u32 port = r->port, tci = NO_TAG;
	f->vid = r->vid;
	if (r->type == RIF_SUB)
		tci = r->vid;
	if (r->type == RIF_VLAN) {
		struct fdb_key k = {.vid = r->vid};
		copy_mac(k.mac, n->mac);
		__u32 vid = r->vid;
		struct fdb_entry *at = bpf_map_lookup_elem(&fdb, &k);
		struct vlan *v = bpf_map_lookup_elem(&vlans, &vid);
		if (!at || at->flags & (FDB_DROP | FDB_TRAP) || !v || !has(v->member, at->port) || at->port >= MAX_PORTS)
			return drop(skb, f->in, DROP_UNDERLAY);
		port = at->port;
		tci = tag_for(v, f, port);
	}
	o = PACKET_START(skb);
	if ((void *)(o + 1) > PACKET_END(skb))
		return drop(skb, f->in, DROP_FAULT);
	copy_mac(o->eth.dst, n->mac);
	copy_mac(o->eth.src, r->mac);
	f->multicast = cast(n->mac);
	count_rif(skb, out, false);
	if (!copy || tci == NO_TAG)
		return egress(skb, f, port, tci, copy);
	if (!bpf_skb_vlan_push(skb, bpf_htons(ETH_VLAN), tci)) {
		egress(skb, f, port, NO_TAG, 1);
		bpf_skb_vlan_pop(skb);
	}
	return 0;
}

/* tunnel_out sends a frame by a tunnel: to where its VLAN has it, or to where it is routed. */
__noinline int tunnel_out(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 id = f->tunnel, vni = f->vni;
	__be32 to = f->vtep;
	if (!to) {
		__u32 vid = f->vid;
		struct overlay *v = bpf_map_lookup_elem(&overlays, &vid);
		struct tunnel *t = bpf_map_lookup_elem(&tunnels, &id);
		if (!v || !t || !in_tunnels(v, id))
			return drop(skb, f->in, DROP_VLAN);
		to = t->dst;
		vni = v->vni;
	}
	if (skb->vlan_present) /* no tags in tunnels (RFC 7348 6.1) */
		return drop(skb, f->in, DROP_TAG);
	count_tunnel(skb, id, false, skb->len);
	if (wrap(skb, f, id, vni))
		return drop(skb, f->in, DROP_TUNNEL);
	return underlay(skb, f, to, 0);
}

/* flood_tunnel sends a copy of a frame that is wrapped to a VTEP. */
__noinline int flood_tunnel(struct __sk_buff *skb, struct frame *f, __u32 id)
{
	if (!f)
		return 0;
	struct tunnel *t = bpf_map_lookup_elem(&tunnels, &id);
	struct outer *o = PACKET_START(skb);
	if (!t || (void *)(o + 1) > PACKET_END(skb))
		return 0;
	o->ip.src = t->src;
	count_tunnel(skb, id, false, skb->len - OUTER);
	f->hash = 0;
	return underlay(skb, f, t->dst, 1);
}

/* flood_word_tunnels sends copies of a frame that is wrapped to a word of the VTEPs of its VLAN. */
__noinline int flood_word_tunnels(struct __sk_buff *skb, struct frame *f, __u32 word, __u32 vid)
{
	if (!f)
		return 0;
	struct overlay *v = bpf_map_lookup_elem(&overlays, &vid);
	if (!v)
		return 0;
	__u64 set = v->member[word % TUNNEL_WORDS];
	for (int i = 0; i < 64 && set; i++) {
		flood_tunnel(skb, f, word * 64 + lowest(set));
		set &= set - 1;
	}
	return 0;
}

/* flood_tunnels sends a frame to all other VTEPs of its VLAN: one that has been sent to the VLAN's members here. */
__noinline int flood_tunnels(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return TC_ACT_SHOT;
	__u32 vid = f->vid;
	struct overlay *v = bpf_map_lookup_elem(&overlays, &vid);
	if (!v || !v->first)
		return TC_ACT_SHOT;
	if (skb->vlan_present)
		return drop(skb, f->in, DROP_TAG);
	if (wrap(skb, f, v->first, v->vni))
		return drop(skb, f->in, DROP_TUNNEL);
	for (int i = 0; i < TUNNEL_WORDS; i++)
		if (v->member[i])
			flood_word_tunnels(skb, f, i, vid);
	return TC_ACT_SHOT; /* the copies have left */
}

#endif
