// Package syncd serves ASIC_DB: it takes commands off the ASIC_STATE queue, executes them on a sai.API, and writes what the ASIC
// accepted, in SONiC's keys and encodings (sonic-contract 2.6 to 2.8, 4.13). Our orchagent and SONiC's are served alike.
//
// It owns the translation between virtual and real object ids. Clients speak in VIDs, the ASIC in RIDs; the maps in memory are authoritative, and
// those in ASIC_DB follow them.
//
// A command leaves the queue in the same transaction that writes what it changed and its answer (db.Inbox), so syncd may be killed at any moment:
// at the next start the ASIC is brought to what ASIC_STATE says, and the command is executed again.
//
// One goroutine, the executor, owns the maps, the ASIC and the connection. Others wait for input and hand it over, or write its last commit while
// it executes the next commands.
package syncd
