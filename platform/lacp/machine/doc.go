// Package machine is the Link Aggregation Control Protocol of IEEE 802.1AX-2014, clause 6.4, as functions of events and time: it has no clock, no goroutine
// and no socket. A Group is the ports of one LAG with the machines of each: receive, periodic transmission, selection, mux.
//
// Left out: the churn machines, which only tell a manager; LACPDUs of version 2; conversation-sensitive collection. The mux does not wait for ports that may
// follow (the standard's two seconds) before it attaches one: here a port that joins later moves few flows, and there is no slot to be won or lost.
package machine
