// Package dhcprelay relays DHCP between the clients of VLANs and servers elsewhere: RFC 2131 with option 82 (RFC 3046) for IPv4, RFC 8415 with the clients' link-layer
// addresses (RFC 6939) for IPv6, as SONiC's dhcrelay and dhcp6relay do. Which VLANs are relayed is told as objects of an engine (VlanKey), whose target the
// Agent is; what it has counted is reported by a function.
//
// Messages are edited as bytes, and not decoded and encoded again: a relay passes on what it does not know as it came, down to options that
// continue in the fields of names.
package dhcprelay
