// Package packet forwards by the model of the data plane (platform/model) in this process, over AF_PACKET sockets: for machines that forbid eBPF. It
// needs CAP_NET_ADMIN and CAP_NET_RAW, and no bpf(2). It is a hundred times simpler and some ten times slower than the data plane in the kernel
// (platform/ebpf), and frames stop whenever the process does; so it is taken only where it is asked for. Frames pass with their offloads: partial
// checksums and super-frames (GSO) as the sender left them.
package packet
