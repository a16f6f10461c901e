// Package switchtest runs whole switches for tests: one in this process, over databases in memory, the virtual ASIC and a kernel and routing daemon
// that are played; and one as it is delivered, with its processes, redis-server and FRR in a network namespace. Both take the same scripts
// (Scripts), so what holds in memory holds in earnest.
package switchtest
