#ifndef ACL_H
#define ACL_H

/* Access lists. A rule is a key under a mask. Rules of a table with one mask are a tuple: one look into a hash table finds the rule of a tuple, so the cost of
 * a table is that of its tuples, not of its rules. A table's tuples are a chain by the highest priority in each: the walk ends where no better rule can
 * follow. A chain is never changed but replaced, by one store into acl_tables. */

#define ACL_TABLES 256
#define ACL_GROUPS 1024
#define ACL_TABLES_A_GROUP 8
#define ACL_TUPLES 4096  /* of all tables */
#define ACL_CHAIN 1024   /* of one table at most */
#define ACL_STRIDE 64    /* of which one call looks at so many */
#define ACL_LINKS 16384
#define ACL_ENTRIES 65536
#define ACL_COUNTERS 16384
#define ACL_RANGES 64
#define ACL_WORDS 9

/* What a frame is. IP types of rules, and fields that only some frames have, are bits of these. */
enum acl_kind {
	ACL_IP = 1, ACL_IP4 = 2, ACL_IP6 = 4, ACL_ARP = 8, ACL_ARP_REQUEST = 16, ACL_ARP_REPLY = 32, ACL_PORTS = 64, ACL_ICMP = 128, ACL_TCP = 256
};

struct acl_fields {
	__u8 src_mac[6];
	__u16 ether;

	__u8 dst_mac[6];
	__u16 tci; /* VLAN id, and the tag's priority above */

	__u16 in_port, out_port; /* physical */
	__u16 sport, dport;

	__u16 kind;
	__u8 proto, dscp, tcp_flags, icmp_type, icmp_code, tc;

	__u64 ranges; /* those of acl_ranges that the L4 ports are in */

	__u8 src[16], dst[16]; /* IPv4 in the first four bytes */
};

struct acl_key {
	__u64 word[ACL_WORDS]; /* struct acl_fields under the tuple's mask */
	__u64 tuple;
};

struct acl_tuple {
	__u64 mask[ACL_WORDS];
};

struct acl_link {
	__u32 tuple;
	__u32 priority; /* the highest in the tuple, and more than 0 */
	__u32 next;
	__u32 pad;
};

/* What a rule does: a leaf of a route (LEAF_NEXTHOP, LEAF_GROUP), or ACL_TO_PORT with a logical port, for where the frame goes; and these. */
#define ACL_TO_PORT 7
#define ACL_DROP (1u << 31)
#define ACL_COPY (1u << 30)
#define ACL_TARGET ((1u << 25) - 1)

struct acl_entry {
	__u32 priority;
	__u32 action;
	__u16 counter; /* 0: none */
	__u16 policer; /* 0: none */
	__u16 mirror_in, mirror_out; /* sets of mirror sessions */
};

struct acl_group {
	enum acl_kind kinds[0]; /* no space: brings the enum to BTF */
	__u16 table[ACL_TABLES_A_GROUP]; /* 0: the end */
};

struct acl_table {
	__u32 first; /* link; 0: no rules */
	__u32 pad;
};

struct acl_range {
	__u16 min, max;
	__u16 source; /* of the source port, or else of the destination port */
	__u16 used;
};

struct acl_range_list {
	__u32 count; /* of the first so many some may be unused */
	__u32 pad;
	struct acl_range range[ACL_RANGES];
};

struct acl_scratch {
	union {
		struct acl_fields fields;
		__u64 word[ACL_WORDS];
	};
	struct acl_key key;
	struct acl_entry hit; /* so far */
	__u32 link, pad;
};

MAPPED_ARRAY(acl_tables, struct acl_table, ACL_TABLES);
MAPPED_ARRAY(acl_groups, struct acl_group, ACL_GROUPS);
MAPPED_ARRAY(acl_links, struct acl_link, ACL_LINKS);
MAPPED_ARRAY(acl_tuples, struct acl_tuple, ACL_TUPLES);
MAPPED_ARRAY(acl_ranges, struct acl_range_list, 1);
GROWING_MAP(acl_entries, BPF_MAP_TYPE_HASH, struct acl_key, struct acl_entry, ACL_ENTRIES);
COUNTERS(acl_counts, struct hop_counters, ACL_COUNTERS);

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct acl_scratch);
} acl_scratch SEC(".maps");

/* acl_spread notes the ranges that the L4 ports are in. */
__noinline int acl_spread(struct acl_fields *k)
{
	if (!k)
		return 0;
	__u32 zero = 0;
	struct acl_range_list *l = bpf_map_lookup_elem(&acl_ranges, &zero);
	if (!l)
		return 0;
	__u64 in = 0;
	__u32 sport = k->sport, dport = k->dport;
	for (__u32 i = 0; i < ACL_RANGES; i++) {
		if (i >= l->count)
			break;
		struct acl_range *r = &l->range[i];
		__u32 port = r->source ? sport : dport;
		__u64 hit = r->used & (port >= r->min) & (port <= r->max);
		in |= hit << i;
	}
	k->ranges = in;
	return 0;
}

/* acl_l4 reads what follows the IP header. */
static __always_inline void acl_l4(struct acl_fields *k, __u8 *l4, void *end)
{
	if (k->proto == L4_TCP || k->proto == L4_UDP || k->proto == 132) {
		__be16 *ports = (void *)l4;
		if ((void *)(ports + 2) > end)
			return;
		k->kind |= ACL_PORTS;
		k->sport = bpf_ntohs(ports[0]);
		k->dport = bpf_ntohs(ports[1]);
		if (k->proto == L4_TCP && (void *)(l4 + 14) <= end) {
			k->kind |= ACL_TCP;
			k->tcp_flags = l4[13];
		}
	} else if (k->proto == (k->kind & ACL_IP4 ? 1 : L4_ICMP6) && (void *)(l4 + 2) <= end) {
		k->kind |= ACL_ICMP;
		k->icmp_type = l4[0];
		k->icmp_code = l4[1];
	}
}

/* acl_read takes a frame's fields out of it. */
__noinline int acl_read(struct __sk_buff *skb, struct frame *f, struct acl_fields *k)
{
	if (!f || !k)
		return 0;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct eth *e = start;
	if (start + sizeof(*e) > end)
		return 0;
	copy_mac(k->src_mac, e->src);
	copy_mac(k->dst_mac, e->dst);
	k->ether = f->proto;
	if (f->proto == ETH_IP) {
		struct ip4 *ip = start + ETH_HEADER;
		if ((void *)(ip + 1) > end)
			return 0;
		k->kind = ACL_IP | ACL_IP4;
		k->proto = ip->protocol;
		k->dscp = ip->tos >> 2;
		__builtin_memcpy(k->src, &ip->src, 4);
		__builtin_memcpy(k->dst, &ip->dst, 4);
		__u8 *l4 = segment4(ip);
		if (l4)
			acl_l4(k, l4, end);
	} else if (f->proto == ETH_IP6) {
		struct ip6 *ip = start + ETH_HEADER;
		if ((void *)(ip + 1) > end)
			return 0;
		k->kind = ACL_IP | ACL_IP6;
		k->proto = ip->next;
		k->dscp = (bpf_ntohl(ip->version) >> 22) & 63;
		__builtin_memcpy(k->src, ip->src, 16);
		__builtin_memcpy(k->dst, ip->dst, 16);
		acl_l4(k, (void *)(ip + 1), end);
	} else if (f->proto == ETH_ARP) {
		__be16 *op = start + ETH_HEADER + 6;
		k->kind = ACL_ARP;
		if ((void *)(op + 1) <= end)
			k->kind |= *op == bpf_htons(1) ? ACL_ARP_REQUEST : *op == bpf_htons(2) ? ACL_ARP_REPLY : 0;
	}
	return 0;
}

/* acl_walk goes on along a table's chain, and tells whether there is more of it. Kernels before 6.2 take no key from memory that is an argument, so it finds
 * the scratch itself. */
__noinline int acl_walk(void)
{
	__u32 zero = 0;
	struct acl_scratch *s = bpf_map_lookup_elem(&acl_scratch, &zero);
	if (!s)
		return 0;
	for (int i = 0; i < ACL_STRIDE; i++) {
		__u32 link = s->link;
		struct acl_link *l = bpf_map_lookup_elem(&acl_links, &link);
		if (!l || l->priority <= s->hit.priority)
			return 0;
		__u32 tuple = l->tuple;
		s->link = l->next;
		struct acl_tuple *t = bpf_map_lookup_elem(&acl_tuples, &tuple);
		if (!t)
			return 0;
#pragma unroll
		for (int w = 0; w < ACL_WORDS; w++)
			s->key.word[w] = s->word[w] & t->mask[w];
		s->key.tuple = tuple;
		struct acl_entry *e = bpf_map_lookup_elem(&acl_entries, &s->key);
		if (e && e->priority > s->hit.priority)
			s->hit = *e;
	}
	return 1;
}

/* acl_find finds the rule of a table that counts for a frame, counts, notes where copies go, and returns its action; 0 if there is no rule. */
static __always_inline __u32 acl_find(struct __sk_buff *skb, struct frame *f, struct acl_scratch *s, __u32 link)
{
	s->link = link;
	s->hit = (struct acl_entry){};
	for (int i = 0; i < ACL_CHAIN / ACL_STRIDE; i++)
		if (!acl_walk())
			break;
	__u32 counter = s->hit.counter;
	struct hop_counters *c = counter ? bpf_map_lookup_elem(&acl_counts, &counter) : 0;
	if (c) {
		c->packets += segments(skb);
		c->bytes += f->size;
	}
	f->mirror_in |= s->hit.mirror_in;
	f->mirror_out |= s->hit.mirror_out;
	if (s->hit.policer && !police(skb, s->hit.policer))
		return s->hit.action | ACL_DROP;
	return s->hit.action;
}

/* acl looks at a frame with all tables of a group, and returns what they say together: a drop of one is a drop, and the first to send it elsewhere does. */
__noinline int acl(struct __sk_buff *skb, struct frame *f, __u32 group, __u32 out)
{
	if (!f)
		return 0;
	__u32 zero = 0;
	struct acl_scratch *s = bpf_map_lookup_elem(&acl_scratch, &zero);
	struct acl_group *g = bpf_map_lookup_elem(&acl_groups, &group);
	if (!s || !g)
		return 0;
#pragma unroll
	for (int w = 0; w < ACL_WORDS; w++)
		s->word[w] = 0;
	s->fields.tci = (f->vid & 0xfff) | (__u16)f->pcp << 13;
	s->fields.in_port = f->in;
	s->fields.out_port = out;
	acl_read(skb, f, &s->fields);
	if (s->fields.kind & ACL_PORTS)
		acl_spread(&s->fields);
	__u32 all = 0;
	for (int i = 0; i < ACL_TABLES_A_GROUP; i++) {
		__u32 table = g->table[i];
		if (!table)
			break;
		struct acl_table *t = bpf_map_lookup_elem(&acl_tables, &table);
		if (!t || !t->first)
			continue;
		__u32 action = acl_find(skb, f, s, t->first);
		if (all & ACL_TARGET)
			action &= ~ACL_TARGET;
		all |= action;
	}
	return all;
}

#endif
