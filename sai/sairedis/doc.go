// Package sairedis is a sai.API whose ASIC is a syncd behind ASIC_DB: SONiC's libsairedis in its synchronous mode over Redis
// (sonic-contract 2.7). The syncd may be ours or SONiC's own.
//
// Object ids are VIDs, which the client allocates. Natural keys of objects are kept beside them for the next start (objects.Names).
package sairedis
