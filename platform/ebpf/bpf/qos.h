#ifndef QOS_H
#define QOS_H

/* classify finds the traffic class of a frame by the maps of the port that it came in at: that of its DSCP, or if it is not IP or there is no such map
 * that of its tag. */
__noinline int classify(struct __sk_buff *skb, struct frame *f)
{
	if (!f)
		return 0;
	__u32 in = f->in;
	struct qos *q = bpf_map_lookup_elem(&port_qos, &in);
	if (!q)
		return 0;
	void *start = PACKET_START(skb), *end = PACKET_END(skb);
	struct ip4 *ip = start + ETH_HEADER;
	struct ip6 *ip6 = start + ETH_HEADER;
	__u32 class = QOS_NONE;
	if (f->proto == ETH_IP && (void *)(ip + 1) <= end)
		class = q->dscp[ip->tos >> 2];
	else if (f->proto == ETH_IP6 && (void *)(ip6 + 1) <= end)
		class = q->dscp[bpf_ntohl(ip6->version) >> 22 & 63];
	if (class == QOS_NONE && f->tagged)
		class = q->dot1p[f->pcp & 7];
	f->class = class == QOS_NONE ? q->otherwise : class;
	return 0;
}

/* in_time tells whether a shaper lets a frame pass, and then has the next wait for it. */
static __always_inline bool in_time(__u32 port, __u32 queue, __u32 size, __u32 packets)
{
	struct shaper_key k = {.port = port, .queue = queue};
	struct shaper *s = bpf_map_lookup_elem(&shapers, &k);
	if (!s || !s->rate)
		return true;
	__u64 takes = (s->packets ? packets : size) * 1000000000ull / s->rate, now = bpf_ktime_get_ns();
	bpf_spin_lock(&s->lock);
	if (s->next < now)
		s->next = now;
	bool passes = s->next - now <= s->slack;
	if (passes)
		s->next += takes;
	bpf_spin_unlock(&s->lock);
	return passes;
}

/* queued counts a frame in the queue that it leaves by, and tells whether the limits of the queue and the port let it. Queue 0 is not counted: it
 * has what the port has and the others have not. */
__noinline int queued(struct __sk_buff *skb, struct frame *f, __u32 port)
{
	if (!f)
		return 0;
	struct qos *q = bpf_map_lookup_elem(&port_qos, &port);
	if (!q)
		return 1;
	__u32 queue = q->queue[f->class & 15], size = wire_size(skb), packets = segments(skb);
	bool passes = !q->shaped || (in_time(port, queue, size, packets) && in_time(port, SHAPED_PORT, size, packets));
	if (queue == 0 || queue >= QUEUES)
		return passes;
	__u32 at = port * QUEUES + queue;
	struct queue_counters *c = bpf_map_lookup_elem(&queue_counts, &at);
	if (!c)
		return passes;
	if (passes) {
		c->packets += packets;
		c->bytes += size;
	} else {
		c->dropped_packets += packets;
		c->dropped_bytes += size;
	}
	return passes;
}

#endif
