// Package process supervises the programs of a switch: redis-server, our daemons, FRR. It starts them in the order of their dependencies,
// restarts whichever dies without touching the others, and stops them in reverse. It knows none of them: what runs is its caller's business.
package process
