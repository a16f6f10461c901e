#ifndef FRAME_H
#define FRAME_H

#define ETH_IP 0x0800
#define ETH_ARP 0x0806
#define ETH_VLAN 0x8100
#define ETH_IP6 0x86dd
#define ETH_SLOW 0x8809
#define ETH_LLDP 0x88cc
#define ETH_HEADER 14
#define L4_TCP 6
#define L4_UDP 17
#define L4_ICMP6 58
#define PACKET_HOST 0 /* pkt_type of what a stack takes as its own (linux/if_packet.h) */
#define HEADERS 74 /* Ethernet, IPv6, TCP: what the pipeline reads */

/* What is known of a frame on its way. The tag is off the frame while the pipeline works on it. */
struct frame {
	__u32 in;      /* physical port that it came in at, or 0 from the CPU */
	__u16 logical; /* logical ingress port, or 0 from the CPU: where it must not go back to */
	__u16 vid;     /* its VLAN */
	__u16 proto;   /* EtherType */
	__u8 pcp;
	__u8 multicast; /* destination MAC: 1 multicast, 2 broadcast */
	__u32 rif;     /* ingress router interface, 0: not routed */
	__u32 hash;    /* 0: not computed yet */
	__u32 hashed;  /* enum hash_field: what hash is of */
	__u32 redirect; /* where an access list sends it: ACL_TARGET */
	__u32 late;    /* access lists of where it came in, for when it is known where it leaves */
	__u32 tagged;  /* the tag that it came with, and FRAME_TAGGED; 0: it had none */
	__u32 size;    /* as it came, without its tag */
	__u32 class;   /* traffic class */
	__u16 mirror_in, mirror_out; /* mirror sessions that access lists send it to: as it came, and as it leaves */
	__u32 tunnel;  /* that it leaves by, or came by: the kernel may have a wrong idea of its protocol */
	__u32 vni;     /* of a packet that is routed into a tunnel */
	__be32 vtep;   /* where that ends; 0: where the tunnel does */
	__u32 size_out; /* in a tunnel: the bytes behind the Ethernet header of the largest frame that this one will be; 0: in none */
};

#define FRAME_TAGGED 0x10000

/* Stages return a verdict of TC, or which stage is next. The entry calls one after the other: calls nest 8 deep at most. */
enum { NEXT_ROUTE = 100, NEXT_BRIDGE, NEXT_REDIRECT, NEXT_DECAP, NEXT_ENCAP, NEXT_TUNNELS };

struct eth {
	__u8 dst[6], src[6];
	__be16 proto;
};

struct ip4 {
	__u8 version_ihl, tos;
	__be16 len, id, frag;
	__u8 ttl, protocol;
	__be16 check;
	__be32 src, dst;
};

struct ip6 {
	__be32 version;
	__be16 len;
	__u8 next, hops;
	__be32 src[4], dst[4];
};

#define PACKET_START(skb) ((void *)(long)(skb)->data)
#define PACKET_END(skb) ((void *)(long)(skb)->data_end)

static __always_inline bool same_mac(const __u8 *a, const __u8 *b)
{
	const __u16 *x = (const __u16 *)a, *y = (const __u16 *)b;
	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2];
}

static __always_inline void copy_mac(__u8 *to, const __u8 *from)
{
	__u16 *x = (__u16 *)to;
	const __u16 *y = (const __u16 *)from;
	x[0] = y[0];
	x[1] = y[1];
	x[2] = y[2];
}

/* cast tells whom a frame is for, as multicast of struct frame says it. */
static __always_inline __u8 cast(const __u8 *dst)
{
	const __u16 *d = (const __u16 *)dst;
	if (!(dst[0] & 1))
		return 0;
	return (d[0] & d[1] & d[2]) == 0xffff ? 2 : 1;
}

/* wire_size is the length of a frame with its tag, and without its checksum. */
static __always_inline __u32 wire_size(struct __sk_buff *skb) { return skb->len + (skb->vlan_present ? 4 : 0); }

/* segment4 is what the first or only fragment of an IPv4 packet carries; 0 if that is not there. */
static __always_inline void *segment4(struct ip4 *ip)
{
	__u32 header = (ip->version_ihl & 15) * 4;
	return header < sizeof(*ip) || ip->frag & bpf_htons(0x1fff) ? 0 : (void *)ip + header;
}

/* sums_up tells whether the checksum of an IPv4 header without options is right. */
static __always_inline bool sums_up(struct ip4 *ip)
{
	__u32 *w = (void *)ip;
	__u64 sum = (__u64)w[0] + w[1] + w[2] + w[3] + w[4];
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

static __always_inline __u32 segments(struct __sk_buff *skb)
{
	__u32 n = skb->gso_segs;
	return n ? n : 1;
}

/* header_pull makes what the pipeline reads linear. */
static __always_inline void header_pull(struct __sk_buff *skb)
{
	if (PACKET_START(skb) + HEADERS > PACKET_END(skb))
		bpf_skb_pull_data(skb, skb->len < HEADERS ? skb->len : HEADERS);
}

/* lowest is the lowest bit of a set that is not empty. */
static __always_inline __u32 lowest(__u64 set)
{
	__u32 n = 0;
	if (!(set & 0xffffffff)) { n += 32; set >>= 32; }
	if (!(set & 0xffff)) { n += 16; set >>= 16; }
	if (!(set & 0xff)) { n += 8; set >>= 8; }
	if (!(set & 0xf)) { n += 4; set >>= 4; }
	if (!(set & 3)) { n += 2; set >>= 2; }
	return n + !(set & 1);
}

#endif
