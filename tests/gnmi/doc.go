// Package gnmi holds tests of the gNMI server as clients see it: the real server over a real Redis, asked by gnmic's API and by OpenConfig's own client; and a
// whole switch, where a Set ends in the ASIC.
package gnmi
