// Package labs is the topologies in this directory: a reader of their containerlab files, for what deploys them without containerlab (tests/lab in
// network namespaces, tests/image in containers), and the generator of the Clos networks, whose files are regular.
//
//go:generate go run ./gen
package labs
