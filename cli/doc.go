// Package cli is the command line of a SONiC switch: show, config, sonic-db-cli and sonic-cfggen with SONiC's names, columns and messages
// (docs/cli.md says what is there and what differs). Commands are thin readers and writers of tables: a `show` reads typed rows and prints them, a
// `config` changes a copy of CONFIG_DB, which is checked as a whole and written as a difference in one transaction.
//
// One file a feature, with its show and its config commands. What is outside the databases (the kernel, FRR, files) comes in through Switch.
package cli
