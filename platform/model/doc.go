// Package model is the data plane in words: the pipeline once as a plain function, from the state of an ASIC, a netdev and a frame to what comes of
// it, without I/O, clock or goroutine. It is what the pipeline in the kernel (platform/ebpf) is compared with, frame by frame, and shares nothing
// with it; platform/packet forwards by it where eBPF is forbidden. Its state comes from the changes that the ASIC accepted (virtual.Plane), and is
// kept as SAI says it: the pipeline reads attributes of objects.
//
// A State is not safe for concurrent use.
package model
