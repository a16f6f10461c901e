// Package inner makes the host interfaces of an ASIC with a data plane: pairs of netdevs whose outer end (Ethernet0) is the kernel's, and whose
// inner end is the data plane's, be it in the kernel (platform/ebpf) or in this process (platform/packet).
package inner
