#ifndef COUNTERS_H
#define COUNTERS_H

static __always_inline void count_rx(struct __sk_buff *skb, __u32 port, __u8 multicast, __u32 size)
{
	struct port_counters *c = bpf_map_lookup_elem(&port_counts, &port);
	if (!c)
		return;
	c->rx_bytes += size;
	if (multicast == 0)
		c->rx_unicast += segments(skb);
	else if (multicast == 1)
		c->rx_multicast += segments(skb);
	else
		c->rx_broadcast += segments(skb);
}

static __always_inline void count_tx(struct __sk_buff *skb, __u32 port, __u8 multicast)
{
	struct port_counters *c = bpf_map_lookup_elem(&port_counts, &port);
	if (!c)
		return;
	c->tx_bytes += wire_size(skb);
	if (multicast == 0)
		c->tx_unicast += segments(skb);
	else if (multicast == 1)
		c->tx_multicast += segments(skb);
	else
		c->tx_broadcast += segments(skb);
}

/* drop counts why, and at the port that is to blame. */
static __always_inline int drop(struct __sk_buff *skb, __u32 port, __u32 why)
{
	__u64 *n = bpf_map_lookup_elem(&drop_counts, &why);
	if (n)
		*n += segments(skb);
	struct port_counters *c = bpf_map_lookup_elem(&port_counts, &port);
	if (c && port) {
		if (why < DROP_EGRESS_DOWN)
			c->rx_dropped += segments(skb);
		else
			c->tx_dropped += segments(skb);
	}
	return TC_ACT_SHOT;
}

static __always_inline void count_rif(struct __sk_buff *skb, __u32 rif, bool in)
{
	struct rif_counters *c = bpf_map_lookup_elem(&rif_counts, &rif);
	if (!c)
		return;
	if (in) {
		c->rx_packets += segments(skb);
		c->rx_bytes += skb->len;
	} else {
		c->tx_packets += segments(skb);
		c->tx_bytes += skb->len;
	}
}

#endif
