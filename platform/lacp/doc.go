// Package lacp runs the Link Aggregation Control Protocol on the host interfaces of ports, where the data plane hands LACPDUs to and takes them from. What the
// protocol says is package machine; here are sockets, the clock, and a file in which a successor finds where the ports were. Which ports take part is told as
// objects of an engine (PortKey), whose target the Agent is; how they are is reported by a function.
package lacp
