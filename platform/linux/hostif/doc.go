// Package hostif makes the netdevs of SAI host interfaces, and the wires between them and the front panel.
//
// A port's host interface is a veth pair (netdev.Pair): Ethernet0 belongs to the kernel and FRR, its inner end to the data plane. Where
// there is no data plane, as with the virtual ASIC, a wire joins the inner end with the front-panel netdev (eth1): each end has a TC
// program of four instructions that redirects every frame to the other end. The kernel holds the programs, so frames pass while no process
// is alive, and a restarted one replaces them without losing a frame.
//
// Everything works in the network namespace of the thread that calls Open.
package hostif
