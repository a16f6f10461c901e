/* What user space and the programs share. Arrays that are mapped into syncd are made of 64-bit words, and a word is written with one
 * store: fields that a reader must see together share a word. Any change here changes LAYOUT. */
#ifndef LAYOUT_H
#define LAYOUT_H

#define LAYOUT 8

#define MAX_PORTS 512 /* logical ports: physical ones and LAGs; 0 is none */
#define PORT_WORDS (MAX_PORTS / 64)
#define MAX_VLANS 4096
#define MAX_RIFS 8192 /* 0 is none */
#define MAX_NEXTHOPS 32768 /* 0 is none */
#define MAX_GROUPS 2048
#define MAX_POLICERS 1024 /* 0 is none */
#define BUCKETS 256 /* of an ECMP group */
#define LAG_BUCKETS 64
#define MAX_TUNNELS 1024 /* 0 is none */
#define TUNNEL_WORDS (MAX_TUNNELS / 64)
#define TUNNEL_PORT MAX_PORTS /* logical ports from here on are tunnels */
#define QUEUES 10 /* unicast queues of a port: those that frames are counted in */
#define ROOT_SLOTS 65536
#define CHUNK_SLOTS 256
#define PAGE_CHUNKS 4096 /* 4 MiB */
#define MAX_PAGES 1024
#define MAX_MIRRORS 16 /* a set of them is 16 bits */
#define MIRROR_HEADER 64

/* What a netdev with the program on it stands for. */
enum iface_kind { IF_FRONT = 1, IF_PORT, IF_VLAN, IF_LAG, IF_SUB };

struct iface {
	__u8 kind;
	__u8 pad;
	__u16 port; /* logical port */
	__u16 vid;
	__u16 pad2;
};

enum port_flags {
	PORT_UP = 1,            /* admin state */
	PORT_LAG = 2,           /* is a LAG */
	PORT_BRIDGED = 4,       /* has a bridge port */
	PORT_LEARN = 8,
	PORT_CLOSED = 16,       /* a LAG member that takes no frames */
	PORT_SUBS = 32,         /* has sub-interfaces */
	PORT_DROP_UNTAGGED = 64,
	PORT_DROP_TAGGED = 128,
	PORT_DIRECT = 256,      /* unicast frames go straight to the other end of the link */
	PORT_CLASSIFY = 512,    /* frames that come in get a traffic class */
	PORT_QUEUES = 1024,     /* frames that leave go by a queue, or are limited */
};

struct port {
	__u32 ifindex; /* of the front-panel netdev; 0: there is none */
	__u32 hostif;  /* inner end of the host interface; 0: there is none */

	__u16 logical; /* what its frames belong to: itself, or the LAG that it is a member of */
	__u16 pvid;
	__u16 rif; /* of untagged frames */
	__u16 flags;

	__u16 mtu; /* bytes behind the Ethernet header and tag */
	__u16 acl_in, acl_out; /* groups of access lists for its frames; 0: none */
	__u16 acl_late;        /* and the one for frames that came in here, when it is known where they leave */

	__u16 mirror_in, mirror_out; /* sets of mirror sessions that get copies of its frames */
	__u16 pad[2];

	char name[16]; /* identity for adoption */
};

#define QOS_NONE 0xff

/* How a port sorts frames. */
struct qos {
	__u8 dscp[64]; /* traffic class of IP packets; QOS_NONE: there is no map */
	__u8 dot1p[8]; /* that of other frames with a tag */
	__u8 queue[16]; /* by traffic class, of frames that leave */
	__u8 otherwise; /* traffic class of the rest */
	__u8 shaped; /* there are shapers */
	__u8 pad[6];
};

#define SHAPED_PORT 0xffff /* as the queue of a key: all that leaves by the port */

struct shaper_key {
	__u16 port;
	__u16 queue;
};

/* A limit: frames are in time while what they take, one behind the other, does not run more than slack ahead of the clock. */
struct shaper {
	__u64 rate; /* bytes a second, or packets */
	__u64 slack; /* ns */
	__u64 next; /* ns: when all that has passed will be through */
	struct bpf_spin_lock lock; /* of next */
	__u32 packets; /* rate is in packets */
};

struct queue_counters {
	__u64 packets, bytes, dropped_packets, dropped_bytes;
};

/* Where copies of frames go. The first word is 0 while the header is being written. */
struct mirror {
	__u16 port; /* logical; 0: there is no session */
	__u16 size; /* of the header; 0: copies are the frames as they are */
	__be16 tpid; /* of the tag around the header; 0: it has none */
	__u16 tci;

	__u8 header[MIRROR_HEADER]; /* Ethernet, IP, GRE. IPv4 has the sum of all but its length in the place of the checksum */
};

struct lag {
	__u16 bucket[LAG_BUCKETS]; /* physical ports; 0: no active member */
};

enum vlan_flags { VLAN_VALID = 1, VLAN_LEARN = 2, VLAN_FLOOD_UC = 4, VLAN_FLOOD_BC = 8, VLAN_FLOOD_MC = 16, VLAN_OVERLAY = 32 /* it has tunnels to flood to */ };

struct vlan {
	__u16 rif;
	__u16 flags;
	__u32 hostif;

	__u64 member[PORT_WORDS];
	__u64 tagged[PORT_WORDS];
	__u64 priority[PORT_WORDS]; /* members that get priority tags */
};

enum rif_type { RIF_PORT = 1, RIF_SUB, RIF_VLAN };
enum rif_flags { RIF_V4 = 1, RIF_V6 = 2 };

struct rif {
	__u32 hostif; /* inner end; 0: there is none */
	__u16 vrf;
	__u16 vid; /* of a VLAN or sub-interface */

	__u16 port; /* logical; 0 of a VLAN */
	__u16 mtu;  /* IP, bytes */
	__u8 type;  /* 0: there is none */
	__u8 flags;
	__u16 pad;

	__u8 mac[6];
	__u16 pad2;
};

enum nexthop_flags { NH_RESOLVED = 1, NH_DROP = 2, NH_TRAP = 4, NH_TUNNEL = 8 /* mac is that of a router behind the VTEP ip */ };

struct nexthop {
	__u8 mac[6];
	__u16 flags;

	__u16 rif; /* 0 of a tunnel */
	__u16 tunnel;
	__u32 vni;

	__u8 ip[16]; /* identity for adoption; IPv4 is mapped into IPv6 */
};

struct group {
	__u32 bucket[BUCKETS]; /* next hops; 0: no member */
};

/* A result of a route lookup: child 1, depth 6, type 3, id 22 bits. 0 is no route. depth is the prefix length that the leaf comes from. */
#define LEAF_CHILD (1u << 31)
#define LEAF_DEPTH 25
#define LEAF_TYPE 22
#define LEAF_ID ((1u << LEAF_TYPE) - 1)
enum leaf_type { LEAF_NONE, LEAF_NEXTHOP, LEAF_GROUP, LEAF_DROP, LEAF_ME, LEAF_CONNECTED, LEAF_TRAP };

struct chunk {
	__u32 slot[CHUNK_SLOTS];
};

struct route4_key {
	__u32 bits; /* of vrf and addr together */
	__u32 vrf;
	__u8 addr[4];
};

struct route6_key {
	__u32 bits;
	__u32 vrf;
	__u8 addr[16];
};

struct fdb_key {
	__u16 vid;
	__u8 mac[6];
};

enum fdb_flags { FDB_STATIC = 1, FDB_DROP = 2, FDB_TRAP = 4, FDB_MOVABLE = 8 /* static, but may be learned elsewhere */ };

struct fdb_entry {
	__u16 port; /* logical */
	__u16 flags;
	__u32 seen; /* seconds since boot */
};

enum tunnel_flags { TUNNEL_LEARN = 1 };
#define TUNNEL_UNIFORM 0xff /* as the DSCP of a tunnel: that of the packet inside */

struct tunnel {
	__be32 src, dst; /* VTEPs; dst is 0 of a tunnel without a certain other end */

	__u8 mac[6]; /* the router's own, in tunnels */
	__u16 flags;

	__u16 maps; /* what its VNIs stand for */
	__u8 ttl, dscp;
	__u32 pad;
};

/* Where tunnels end. src is 0 where any VTEP may send. */
struct term_key {
	__u32 vrf;
	__be32 dst, src;
};

struct vni_key {
	__u32 maps, vni;
};

struct vni {
	__u16 vid; /* 0: its packets are routed, as from rif */
	__u16 rif;
};

/* What a VLAN is in tunnels. */
struct overlay {
	__u32 vni;
	__u32 first; /* of its tunnels; 0: it has none */
	__u64 member[TUNNEL_WORDS];
};

struct sub_key {
	__u16 port; /* logical */
	__u16 vid;
};

enum event_kind { EVENT_LEARNED = 1, EVENT_MOVED };

struct event {
	__u16 kind;
	__u16 vid;
	__u16 port; /* logical */
	__u8 mac[6];
};

/* Why frames go to the CPU. */
enum trap {
	TRAP_NONE, TRAP_ARP, TRAP_ND, TRAP_LLDP, TRAP_LACP, TRAP_L2_CONTROL, TRAP_IP2ME, TRAP_BGP, TRAP_DHCP, TRAP_MULTICAST, TRAP_BROADCAST,
	TRAP_TTL, TRAP_MTU, TRAP_GLEAN, TRAP_OPTIONS, TRAP_ROUTE, TRAP_UNICAST, TRAP_ACL, TRAP_MAX
};

enum trap_action { ACTION_TRAP, ACTION_DROP };

/* Why frames go nowhere. Up to DROP_EGRESS_DOWN the ingress port counts them as IN_DISCARDS, then the egress port as OUT_DISCARDS. */
enum drop {
	DROP_NONE, DROP_UNKNOWN_NETDEV, DROP_ADMIN_DOWN, DROP_LAG_CLOSED, DROP_TAG, DROP_UNTAGGED, DROP_NOT_BRIDGED, DROP_VLAN, DROP_SOURCE_MAC,
	DROP_FDB, DROP_SAME_PORT, DROP_FLOOD, DROP_NOT_ROUTER_MAC, DROP_PROTOCOL, DROP_IP_HEADER, DROP_MARTIAN, DROP_NO_ROUTE, DROP_BLACKHOLE,
	DROP_DIRECTED_BROADCAST, DROP_NO_MEMBER, DROP_TRAP, DROP_NO_HOSTIF, DROP_RIF_DOWN, DROP_NEIGHBOR, DROP_FAULT, DROP_ACL, DROP_POLICED, DROP_TUNNEL, DROP_UNDERLAY,
	DROP_EGRESS_DOWN, DROP_EGRESS_MTU, DROP_EGRESS_ACL, DROP_SHAPED, DROP_MAX
};

struct port_counters {
	__u64 rx_bytes, rx_unicast, rx_multicast, rx_broadcast, rx_dropped;
	__u64 tx_bytes, tx_unicast, tx_multicast, tx_broadcast, tx_dropped;
};

struct rif_counters {
	__u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
};

struct hop_counters {
	__u64 packets, bytes;
};

struct trap_counters {
	__u64 packets, bytes;
};

/* What a hash is by. */
enum hash_field {
	HASH_SRC_IP = 1, HASH_DST_IP = 2, HASH_PROTOCOL = 4, HASH_SPORT = 8, HASH_DPORT = 16, HASH_FLOW = 31,
	HASH_SRC_MAC = 32, HASH_DST_MAC = 64, HASH_ETHERTYPE = 128, HASH_LINK = 224,
	HASH_VLAN = 256, HASH_IN_PORT = 512,
};

enum color { COLOR_GREEN, COLOR_YELLOW, COLOR_RED, COLORS };

struct bucket {
	__u64 rate;  /* tokens a second: packets or bytes */
	__u64 most;  /* what it holds, 10^9 times */
	__u64 fills; /* ns until it is full; ~0: never */
	__u64 tokens; /* 10^9 times */
};

struct policer {
	struct bpf_spin_lock lock;
	__u8 two_rates; /* RFC 2698, or else RFC 2697 */
	__u8 bytes;     /* or else packets */
	__u8 drops;     /* colours, a bit each */
	__u8 pad;
	struct bucket first, second; /* the committed rate's, and that of the excess or peak */
	__u64 last; /* ns since boot */
};

struct policer_counters {
	__u64 packets[COLORS], bytes[COLORS];
};

/* Policers of what a port floods, by multicast of struct frame: unknown unicast, multicast, broadcast. */
struct storm {
	__u16 policer[4];
};

struct global {
	__u32 ecmp_seed;
	__u32 lag_seed;
	__u32 ecmp_fields; /* enum hash_field */
	__u32 lag_fields;
	/* No space: they bring what no map holds to BTF, and from there to Go. */
	enum iface_kind iface_kinds[0];
	enum port_flags port_flags[0];
	enum vlan_flags vlan_flags[0];
	enum rif_type rif_types[0];
	enum rif_flags rif_flags[0];
	enum nexthop_flags nexthop_flags[0];
	enum leaf_type leaf_types[0];
	enum fdb_flags fdb_flags[0];
	enum tunnel_flags tunnel_flags[0];
	enum event_kind event_kinds[0];
	enum trap traps[0];
	enum trap_action trap_actions[0];
	enum drop drops[0];
	enum hash_field hash_fields[0];
	enum color colors[0];
	struct event events[0];

	__u8 trap[32]; /* enum trap_action, by enum trap */
	__u16 policer[32]; /* of traps */
};

#endif
