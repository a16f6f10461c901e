//go:build ignore

/* The pipeline of the switch: one program on the ingress of every front-panel netdev and of every host interface's inner end. It never lets a
 * frame pass to the stack of its netdev: a frame is dropped, or redirected to another netdev. Stages are global functions, which the verifier
 * checks once each; inlined into one another they would be checked on every path. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "layout.h"
#include "maps.h"
#include "frame.h"
#include "counters.h"
#include "policer.h"
#include "punt.h"
#include "hash.h"
#include "acl.h"
#include "acl_egress.h"
#include "qos.h"
#include "member.h"
#include "mirror.h"
#include "egress.h"
#include "bridge.h"
#include "route.h"
#include "acl_ingress.h"
#include "ingress.h"
#include "vxlan.h"

SEC("tc")
int sw(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	struct iface *i = bpf_map_lookup_elem(&ifaces, &ifindex);
	if (!i)
		return drop(skb, 0, DROP_UNKNOWN_NETDEV);
	header_pull(skb);
	struct frame f = {};
	int next;
	if (i->kind == IF_FRONT) {
		__u32 size = wire_size(skb);
		f.in = i->port;
		next = front(skb, &f);
		count_rx(skb, f.in, f.multicast, size);
	} else if ((skb->mark & 0xffff0000) == MIRROR_MARK) {
		return encapsulate(skb, skb->mark & 0xffff);
	} else {
		f.vid = i->vid;
		next = inject(skb, &f, i->kind, i->port);
	}
	if (next == NEXT_REDIRECT)
		next = acl_redirect(skb, &f);
	if (next == NEXT_ROUTE)
		next = route(skb, &f);
	if (next == NEXT_DECAP) {
		next = tunnel_in(skb, &f);
		if (next == NEXT_ROUTE)
			next = route(skb, &f);
	}
	if (next == NEXT_BRIDGE)
		next = bridge(skb, &f);
	if (next == NEXT_ENCAP)
		next = tunnel_out(skb, &f);
	if (next == NEXT_TUNNELS)
		next = flood_tunnels(skb, &f);
	return next;
}

char _license[] SEC("license") = "GPL";
