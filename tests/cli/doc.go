// Package cli holds the transcripts of the command line: commands and what they print, over tables that stand beside them. A file is a txtar
// archive with the parts
//
//	rows              rows of databases, one a line: CONFIG_DB VLAN|Vlan10 vlanid=10
//	kernel            address NETDEV MASTER|- PREFIX ADMIN OPER, neighbor IP MAC NETDEV STATE
//	frr DAEMON CMD    what an FRR daemon answers to a command
//	file PATH         a file of the switch
//	terminal          the output goes to a person
//	transcript        commands after a dollar sign, each followed by what it prints (`go test -update` writes it)
//
// Beside the programs a transcript may use rows (keys of a database that match a pattern, with their fields), written (what the last command wrote to
// CONFIG_DB), published (what it notified), set (a plain key) and cat. $ROOT is the switch's directory. A failing command's output ends with its exit code.
package cli
