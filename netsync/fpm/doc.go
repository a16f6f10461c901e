// Package fpm speaks the Forwarding Plane Manager protocol with FRR's zebra: it receives routes and next-hop objects in netlink's encoding
// and answers which routes the ASIC holds (sonic-contract 2.11, 4.7). It knows the wire only; package netsync turns messages into rows.
//
// # The wire
//
// zebra is the TCP client, we listen on 127.0.0.1:2620. A frame is a header of 4 bytes (version 1, type 1 for netlink, length in network
// order with the header included) and one or more netlink messages in host order. A frame that is not of this shape means that the two ends
// lost step: [Reader] returns a [FrameError], the connection is closed, zebra connects again after 3 s and sends everything. A netlink message
// that is wrong inside a good frame costs only itself: it comes out as a [Malformed] message with its reason.
//
// What zebra sends (FRR 8.4.4, seen on its socket and in its public source):
//   - The first thing on a connection is its whole state: next-hop objects (a group may come before its members), then routes, connected
//     ones too. No message marks the end of it, so a receiver that wants to remove what zebra no longer has must compare with what it got
//     after a period of silence, or after BGP's EOIU (sonic-contract 4.7).
//   - A changed route is a RTM_DELROUTE and a RTM_NEWROUTE in one frame; [Reader] delivers them as one message with Replace set.
//   - RTM_DELROUTE names table, prefix and protocol, without next hops, and has no type.
//   - Every route has metric 20, whatever its protocol; tables below 256 stand in the header, others in RTA_TABLE.
//   - Blackhole routes never have next hops nor a next-hop id.
//   - An IPv4 route over an IPv6 next hop (RFC 8950, BGP unnumbered) comes with gateway 169.254.0.1 and the onlink flag, for which zebra
//     keeps a permanent neighbour entry in the kernel; as next-hop object it comes with its real IPv6 gateway.
//   - An EVPN next hop has encapsulation type 100 and its VNI in nested attribute 0.
//   - LSPs (family AF_MPLS) and remote router MACs (RTM_NEWNEIGH) come on the same connection; they are counted and skipped.
//
// # What zebra needs
//
//   - `-M dplane_fpm_nl` on its command line.
//   - `fpm address 127.0.0.1 [port 2620]` in its configuration: without it, zebra does not connect at all. It connects 3 s after reading
//     this, and 3 s after it lost a connection.
//   - `no fpm use-next-hop-groups` gives routes with their next hops inside, as SONiC has it (sonic-contract 3.5). The default,
//     `fpm use-next-hop-groups`, sends next-hop objects and routes that refer to them by id. Both are decoded.
//   - `--asic-offload=notify_on_offload` holds the answer to the routing protocol back until the offload flag has come; bgpd uses it with
//     `bgp suppress-fib-pending`. Never give it to a zebra that cannot hear us (next section): its routes would wait for ever
//     (`show ip route` has them as queued). Without it, bgpd announces what the kernel has accepted.
//
// # Acknowledgements
//
// zebra is told that a route is in the ASIC, or was refused, by a RTM_NEWROUTE with RTM_F_OFFLOAD or RTM_F_OFFLOAD_FAILED set ([Conn.Ack]).
// Requirements of those zebras that listen (read in FRR's public source, not tried yet): NLM_F_REQUEST is set; only the first netlink
// message of a frame is looked at; table (it must belong to a VRF zebra knows), prefix and protocol find the route, which must be the
// selected one of its prefix; next hops are compared with its own, so the message repeats what zebra sent. Connected and local routes are
// only found by equal next hops, kernel routes by equal metric. The flag has no version: an answer to an older content of a route would
// be taken for the newest, so whoever calls Ack must drop answers that a newer message for the same route has overtaken.
//
// FRR 8.4.4, which Debian 12 has, does not listen: its dplane_fpm_nl reads what we send, counts the bytes and throws them away. Reading was added
// by FRR pull request 12075, opened in October 2022: by that date, 8.5 is the first release with it. There is no other way in: zebra also takes the flag from the kernel's route
// notifications, but drops netlink messages that do not come from the kernel itself, and the kernel lets only drivers set the flag.
// [HearsAcks] finds out which kind a module is, by looking whether it imports the function that parses a route notification.
package fpm
