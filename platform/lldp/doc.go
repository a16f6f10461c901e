// Package lldp speaks to lldpd, by its own client lldpcli: what a switch says of itself, and what its neighbours say of themselves. The protocol of lldpd's
// socket is that of one release's structures in memory; its client is the interface that stays.
package lldp
