// Package cfgmgr translates CONFIG_DB into kernel objects, APPL_DB rows and STATE_DB rows: what portmgrd, vlanmgrd, teammgrd, intfmgrd,
// vrfmgrd and nbrmgrd do in SONiC (sonic-contract 1.4), and what bgpcfgd does with STATIC_ROUTE. One file a feature.
//
// Everything here is a pure function of rows. The kernel is wanted through package linux, FRR through package frr; what has to exist first
// is said by references, so that whatever waits can be explained.
package cfgmgr
