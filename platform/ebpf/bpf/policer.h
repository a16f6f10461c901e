#ifndef POLICER_H
#define POLICER_H

/* A policer colours a packet by what its buckets hold. Tokens are counted 10^9 times, so that what a nanosecond brings is the rate. */
#define TOKEN 1000000000ull

static __always_inline __u64 least(__u64 a, __u64 b) { return a < b ? a : b; }

/* filled is what a bucket holds after some nanoseconds. */
static __always_inline __u64 filled(struct bucket *b, __u64 passed)
{
	return passed >= b->fills ? b->most : least(b->tokens + passed * b->rate, b->most);
}

/* single is RFC 2697 without colours that packets have already: what the first bucket cannot hold goes to the second. Storm control has no second one. */
static __always_inline __u32 single(struct policer *p, __u64 passed, __u64 needs)
{
	struct bucket *a = &p->first, *b = &p->second;
	__u64 tokens = a->tokens + (passed >= a->fills + b->fills ? a->most + b->most : passed * a->rate);
	if (tokens > a->most) {
		b->tokens = least(b->tokens + tokens - a->most, b->most);
		tokens = a->most;
	}
	a->tokens = tokens;
	if (tokens >= needs) {
		a->tokens = tokens - needs;
		return COLOR_GREEN;
	}
	if (b->tokens >= needs && b->most) {
		b->tokens -= needs;
		return COLOR_YELLOW;
	}
	return COLOR_RED;
}

/* both is RFC 2698: the second bucket is that of the peak rate. */
static __always_inline __u32 both(struct policer *p, __u64 passed, __u64 needs)
{
	struct bucket *a = &p->first, *b = &p->second;
	a->tokens = filled(a, passed);
	b->tokens = filled(b, passed);
	if (b->tokens < needs)
		return COLOR_RED;
	b->tokens -= needs;
	if (a->tokens < needs)
		return COLOR_YELLOW;
	a->tokens -= needs;
	return COLOR_GREEN;
}

/* police tells whether a policer lets a frame pass, and counts it by its colour. A super-frame needs tokens for all of its packets. */
__noinline int police(struct __sk_buff *skb, __u32 id)
{
	struct policer *p = bpf_map_lookup_elem(&policers, &id);
	struct policer_counters *c = bpf_map_lookup_elem(&policer_counts, &id);
	if (!p || !c)
		return 1;
	__u64 packets = segments(skb), now = bpf_ktime_get_ns(), needs = (p->bytes ? skb->len : packets) * TOKEN;
	__u32 size = skb->len, color;
	bpf_spin_lock(&p->lock);
	__u64 passed = now > p->last ? now - p->last : 0; /* another CPU may be ahead */
	p->last += passed;
	if (p->two_rates)
		color = both(p, passed, needs);
	else
		color = single(p, passed, needs);
	bpf_spin_unlock(&p->lock);
	if (color > COLOR_RED)
		return 1;
	c->packets[color] += packets;
	c->bytes[color] += size;
	return !(p->drops >> color & 1);
}

#endif
