// Package access decides who may speak to the gNMI server: its certificates, users with passwords, and what each may do. Files are read again when they change,
// so that neither a new certificate nor a new user needs a restart.
package access
