// Package ebpf is an ASIC whose data plane is the kernel's: sai.API on one TC program (bpf/) that runs on every front-panel netdev and on the inner
// end of every host interface. Objects, checks and limits are those of platform/virtual; a plane beneath it turns what changed into
// entries of maps that the program reads. Frames never pass through a process, and go on when there is none.
//
// The plane (Plane in platform/virtual) is a small model of ports, VLANs, router interfaces, next hops and groups, one file each. A change marks what
// it touches, and each marked thing renders itself into its map entry. Most maps are arrays in memory that the kernel shares with this process
// (mapped): a word is written by one atomic store and only if it differs, and a thing that is referred to is complete before the reference
// appears. So a reader sees the old state or the new one.
//
// Netdevs belong to a block of filters (platform/linux/netdev), which runs the program for all of them; those of the front panel get a tcx link beside
// it, which is faster for each frame and slow to make.
//
// Life: maps and links are pinned, and the block is the kernel's. A restarted process finds them, holds back until syncd has told it
// all that ASIC_DB says (Restored), gives everything the number it had (adopt.go), and then writes what differs.
package ebpf
