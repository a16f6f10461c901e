#ifndef MAPS_H
#define MAPS_H

#define MAPPED_ARRAY(NAME, TYPE, N)                   \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_ARRAY);     \
		__uint(max_entries, N);               \
		__uint(map_flags, BPF_F_MMAPABLE);    \
		__type(key, __u32);                   \
		__type(value, TYPE);                  \
		__uint(pinning, LIBBPF_PIN_BY_NAME);  \
	} NAME SEC(".maps")

#define GROWING_MAP(NAME, KIND, KEY, VALUE, N)        \
	struct {                                      \
		__uint(type, KIND);                   \
		__uint(max_entries, N);               \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__type(key, KEY);                     \
		__type(value, VALUE);                 \
		__uint(pinning, LIBBPF_PIN_BY_NAME);  \
	} NAME SEC(".maps")

#define COUNTERS(NAME, TYPE, N)                         \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
		__uint(max_entries, N);                 \
		__type(key, __u32);                     \
		__type(value, TYPE);                    \
		__uint(pinning, LIBBPF_PIN_BY_NAME);    \
	} NAME SEC(".maps")

MAPPED_ARRAY(config, struct global, 1);
MAPPED_ARRAY(ports, struct port, MAX_PORTS);
MAPPED_ARRAY(port_qos, struct qos, MAX_PORTS);
MAPPED_ARRAY(mirrors, struct mirror, MAX_MIRRORS);
MAPPED_ARRAY(lags, struct lag, MAX_PORTS);
MAPPED_ARRAY(vlans, struct vlan, MAX_VLANS);
MAPPED_ARRAY(rifs, struct rif, MAX_RIFS);
MAPPED_ARRAY(nexthops, struct nexthop, MAX_NEXTHOPS);
MAPPED_ARRAY(tunnels, struct tunnel, MAX_TUNNELS);
MAPPED_ARRAY(groups, struct group, MAX_GROUPS);
MAPPED_ARRAY(storms, struct storm, MAX_PORTS);
MAPPED_ARRAY(root, __u64, ROOT_SLOTS / 2); /* two slots a word */

struct page {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PAGE_CHUNKS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct chunk));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_PAGES);
	__type(key, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, struct page);
} pages SEC(".maps");

GROWING_MAP(ifaces, BPF_MAP_TYPE_HASH, __u32, struct iface, 16384);
GROWING_MAP(shapers, BPF_MAP_TYPE_HASH, struct shaper_key, struct shaper, MAX_PORTS * (QUEUES + 1));
GROWING_MAP(subs, BPF_MAP_TYPE_HASH, struct sub_key, __u32, MAX_RIFS);
GROWING_MAP(fdb, BPF_MAP_TYPE_HASH, struct fdb_key, struct fdb_entry, 131072);
GROWING_MAP(terms, BPF_MAP_TYPE_HASH, struct term_key, __u32, 4096);
GROWING_MAP(vnis, BPF_MAP_TYPE_HASH, struct vni_key, struct vni, 16384);
GROWING_MAP(overlays, BPF_MAP_TYPE_HASH, __u32, struct overlay, MAX_VLANS);
GROWING_MAP(routes4, BPF_MAP_TYPE_LPM_TRIE, struct route4_key, __u32, 524288);
GROWING_MAP(routes6, BPF_MAP_TYPE_LPM_TRIE, struct route6_key, __u32, 524288);

struct { /* not mapped: user space takes the lock too */
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_POLICERS);
	__type(key, __u32);
	__type(value, struct policer);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} policers SEC(".maps");

COUNTERS(port_counts, struct port_counters, MAX_PORTS);
COUNTERS(queue_counts, struct queue_counters, MAX_PORTS * QUEUES);
COUNTERS(rif_counts, struct rif_counters, MAX_RIFS);
COUNTERS(tunnel_counts, struct rif_counters, MAX_TUNNELS);
COUNTERS(hop_counts, struct hop_counters, MAX_NEXTHOPS);
COUNTERS(trap_counts, struct trap_counters, TRAP_MAX);
COUNTERS(policer_counts, struct policer_counters, MAX_POLICERS);
COUNTERS(drop_counts, __u64, DROP_MAX);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} events SEC(".maps");

#endif
