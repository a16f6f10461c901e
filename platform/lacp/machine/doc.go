// Package machine is the Link Aggregation Control Protocol of IEEE 802.1AX-2014, clause 6.4, as functions of events and time: it has no clock, no goroutine
// and no socket. A Group is the ports of one LAG with the machines of each: receive, periodic transmission, selection, mux, churn detection.
//
// Left out is what version 2 adds (long LACPDUs, conversation-sensitive collection): of LACPDUs of later versions what version 1 knows is read. The mux does not
// wait for ports that may follow (the standard's two seconds) before it attaches one: here a port that joins later moves few flows, and there is no slot to be
// won or lost.
package machine
