// Package netsync tells the databases what the kernel and FRR know: ports, LAGs, neighbours and routes (SONiC's portsyncd, teamsyncd,
// neighsyncd, fpmsyncd and half of nbrmgrd; sonic-contract 1.5).
//
// Ports, LAGs and neighbours are translations for the engine (Register): pure functions of configuration and of facts, which are rows of
// tables in this process's memory (tables/kernel_fact.go). Facts writes them from the kernel's events. Routes come by the million and are
// not the engine's: Routes takes them from zebra to APPL_DB. Resolver asks the kernel for neighbours that somebody needs.
package netsync
